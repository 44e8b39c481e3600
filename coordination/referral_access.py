"""Who may read and answer a referral. Hidden and missing answer the same 404; each reading leaves its line."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import Visitor, gives_care, is_desk
from accounts.models import User
from coordination.access import Reader, get_entry_or_404, oppositions_to, reader_of, without_closed
from coordination.models import Referral, ReferralState
from coordination.models.referral import ReferralQuerySet
from coordination.referral_people import members_of
from core.audit.record import record
from patients import consents
from patients.access import (
    OPENED,
    get_patient_for_desk,
    get_patient_for_practitioner,
    patients_listed_for,
    patients_of,
    practitioner_of,
)
from patients.models import Patient
from practitioners.access import acting_today
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind

# The kind of the timeline, by which the patient closes one of them; its report goes with it.
KIND = "referral"
UNTAKEN = (ReferralState.SENT, ReferralState.ASKED)


@dataclass(frozen=True)
class Reading:
    """One referral in front of one reader. `practitioner` is in whose name he answers; None at the desk."""

    referral: Referral
    practitioner: Practitioner | None
    is_requester: bool = False
    is_asked: bool = False

    @property
    def is_clinical(self) -> bool:
        return self.practitioner is not None


def get_referral(user: User, pk: int) -> Reading:
    """The desk reads who and when; the care team the letter; the asked profession too, until one of it has taken it."""
    referral = Referral.objects.with_people().filter(pk=pk).first()
    if referral is None:
        raise Http404
    if is_desk(user) and referral.state != ReferralState.DRAFT:
        get_patient_for_desk(user, referral.patient_id)
        return Reading(referral, None)
    practitioner = practitioner_of(user)
    if practitioner is None or not gives_care(user):
        raise Http404
    mine = {one.pk: one for one in acting_today(practitioner)}
    asked = referral.holder_id or referral.target_id
    is_requester = referral.requester_id in mine
    if referral.state == ReferralState.DRAFT and not is_requester:
        raise Http404
    if _may_take(referral, practitioner) and not _is_closed(referral, user, practitioner):
        record(user, f"{OPENED}.referral", referral, patient_id=referral.patient_id, reason=_("adressage"))
        return Reading(referral, practitioner, is_requester, is_asked=True)
    patient = get_patient_for_practitioner(user, referral.patient_id)
    get_entry_or_404(Referral.objects.all(), patient, reader_of(user, patient), KIND, pk)
    in_whose_name = mine.get(asked or 0) or (referral.requester if is_requester else practitioner)
    return Reading(referral, in_whose_name, is_requester, is_asked=asked in mine)


def get_referral_as_asked(user: User, pk: int) -> tuple[Referral, Practitioner]:
    reading = get_referral(user, pk)
    if not reading.is_asked or reading.practitioner is None:
        raise Http404
    return reading.referral, reading.practitioner


def get_referral_as_requester(user: User, pk: int) -> Referral:
    reading = get_referral(user, pk)
    if not reading.is_requester:
        raise Http404
    return reading.referral


def get_referral_to_redirect(user: User, pk: int) -> Referral:
    """Who asked, who was asked, and the desk: somebody must be able to."""
    reading = get_referral(user, pk)
    if reading.is_clinical and not (reading.is_requester or reading.is_asked):
        raise Http404
    return reading.referral


def get_referral_of_patient(user: Visitor, pk: int) -> Referral:
    """In the patient's own space, by who acts for him."""
    referral = referrals_for_patient(user).filter(pk=pk).first()
    if referral is None:
        raise Http404
    return referral


def referrals_for_patient(user: Visitor) -> ReferralQuerySet:
    """What was asked for those for whom this account acts; drafts are nobody's business yet."""
    return (
        Referral.objects.with_people()
        .filter(patient__in=patients_of(user).values("pk"))
        .exclude(sent_at=None)
        .order_by("-sent_at", "-pk")
    )


def received_by(user: User) -> ReferralQuerySet:
    """Sent to this professional, or taken by him, of patients whom he may read."""
    mine = _own_names(user)
    named = Q(holder__in=mine) | Q(target__in=mine, holder=None)
    return _readable(user).filter(named).exclude(state=ReferralState.DRAFT)


def sent_by(user: User) -> ReferralQuerySet:
    return _readable(user).filter(requester__in=_own_names(user))


def waiting_for_profession(user: User) -> ReferralQuerySet:
    """Asked of this professional's profession, taken by nobody yet; the patient's refusals are kept."""
    practitioner = practitioner_of(user)
    if practitioner is None or practitioner.kind != Kind.MEMBER:
        return Referral.objects.none()
    asked = (
        Referral.objects.with_people()
        .filter(
            profession=practitioner.profession_id, state__in=UNTAKEN, patient__in=_not_refusing(practitioner)
        )
        .exclude(requester=practitioner)
    )
    return without_closed(asked, practitioner, KIND)


def _not_refusing(practitioner: Practitioner) -> QuerySet[Patient]:
    """Of the untaken referrals to this profession."""
    waiting = Referral.objects.filter(profession=practitioner.profession_id, state__in=UNTAKEN)
    return Patient.objects.standing().filter(
        consents.clear_for(practitioner), pk__in=waiting.values("patient")
    )


def _may_take(referral: Referral, practitioner: Practitioner) -> bool:
    if referral.profession_id is None or referral.state not in UNTAKEN:
        return False
    return (
        any(one.pk == practitioner.pk for one in members_of(referral))
        and consents.standing(referral.patient, practitioner).is_clear
    )


def _is_closed(referral: Referral, user: User, practitioner: Practitioner) -> bool:
    """Then only the record's own door is left, and with it the broken glass."""
    closed = oppositions_to(referral.patient, Reader(user, practitioner))
    return referral.pk in closed.get(KIND, ())


def _own_names(user: User) -> list[int]:
    practitioner = practitioner_of(user)
    return [one.pk for one in acting_today(practitioner)] if practitioner is not None else []


def _readable(user: User) -> ReferralQuerySet:
    rows = Referral.objects.with_people().filter(patient__in=patients_listed_for(user).values("pk"))
    practitioner = practitioner_of(user)
    return rows if practitioner is None else without_closed(rows, practitioner, KIND)
