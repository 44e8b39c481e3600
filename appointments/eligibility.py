"""Whether this person may have this visit: age, being known to the practitioner, how many visits are coming."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments import caps, no_shows
from appointments.models import Appointment, Audience, PatientScope, VisitReason
from core import clock
from patients.models import CareTeamMember, Patient, Proxy
from practitioners.models import Practitioner


def known_practitioners(patients: Collection[Patient]) -> set[tuple[int, int]]:
    """(patient, practitioner) pairs that know each other: attending doctor, care team, or a past visit."""
    keys = [patient.pk for patient in patients]
    followed = Exists(CareTeamMember.objects.in_force().filter(practitioner=OuterRef("pk"), patient__in=keys))
    visited = Exists(Appointment.objects.past().filter(practitioner=OuterRef("pk"), patient__in=keys))
    if len(keys) == 1:
        attended = Q(pk=next(iter(patients)).attending_doctor_id)
        rows = Practitioner.objects.filter(attended | followed | visited).values_list("pk", flat=True)
        return {(keys[0], practitioner) for practitioner in rows}
    pairs = {(p.pk, p.attending_doctor_id) for p in patients if p.attending_doctor_id is not None}
    pairs |= set(
        CareTeamMember.objects.in_force()
        .filter(patient__in=keys)
        .values_list("patient_id", "practitioner_id")
        .distinct()
    )
    pairs |= set(
        Appointment.objects.past()
        .filter(patient__in=keys)
        .order_by()
        .values_list("patient_id", "practitioner_id")
        .distinct()
    )
    return pairs


def practitioners_knowing(user: AbstractBaseUser | AnonymousUser) -> frozenset[int]:
    """Who follows this account's person or one of the relatives it acts for; one query, none for a stranger."""
    if not user.is_authenticated:
        return frozenset()
    mine = Proxy.objects.in_force().filter(user=user.pk).values("patient")
    attended = Exists(Patient.objects.filter(attending_doctor=OuterRef("pk"), pk__in=mine))
    followed = Exists(CareTeamMember.objects.in_force().filter(practitioner=OuterRef("pk"), patient__in=mine))
    visited = Exists(Appointment.objects.past().filter(practitioner=OuterRef("pk"), patient__in=mine))
    rows = Practitioner.objects.filter(attended | followed | visited).order_by()
    return frozenset(rows.values_list("pk", flat=True))


def is_known(patient: Patient, practitioner_id: int) -> bool:
    return (patient.pk, practitioner_id) in known_practitioners([patient])


def audiences_for(*, known: bool) -> frozenset[str]:
    """The openings that an online visitor may see."""
    return frozenset({Audience.EVERYONE, Audience.KNOWN} if known else {Audience.EVERYONE})


def asks_who_is_known(reason: VisitReason) -> bool:
    """Whether the rules of the reason depend on the practitioner following the patient already."""
    return reason.patient_scope != PatientScope.ALL or not reason.practitioner.accepts_new_patients


def why_not(
    reason: VisitReason,
    patient: Patient,
    start_at: datetime,
    *,
    known: bool,
    kept_for_known: bool = False,
    from_pool: bool = False,
    to_team: bool = False,
) -> str | None:
    """The French sentence that refuses, or None. Costs no query. The pool of unscheduled care asks for the age only.

    A patient reads what to do instead as well; the team, whom a rule only warns, reads the rule.
    """
    age = patient.age_on(clock.local(start_at).date())
    if patient.deceased_on or patient.erased_at or patient.merged_into_id:
        return _("Cette fiche n’est plus active. Adressez-vous au secrétariat.")
    if not reason.fits_age(age):
        return _age_sentence(reason)
    if from_pool:
        return None
    only_known = (
        kept_for_known
        or reason.patient_scope == PatientScope.KNOWN
        or (not reason.practitioner.accepts_new_patients and reason.patient_scope != PatientScope.NEW)
    )
    if only_known and not known:
        rule = _("%(practitioner)s reçoit ici les patients qu’il ou elle suit déjà.")
        rule %= {"practitioner": reason.practitioner.display_name}
        way_out = _("Choisissez un autre professionnel, ou appelez le secrétariat.")
        return rule if to_team else f"{rule} {way_out}"
    if reason.patient_scope == PatientScope.NEW and known:
        rule = _("Ce motif est réservé à un premier rendez-vous.")
        way_out = _("Choisissez une consultation de suivi.")
        return rule if to_team else f"{rule} {way_out}"
    return None


def desk_warning(reason: VisitReason, patient: Patient, start_at: datetime, now: datetime) -> str | None:
    """What the rules of the reason say against it: for the team a question, not a refusal.

    A cap that the law lets nobody exceed is no question: booking itself refuses it.
    """
    known = asks_who_is_known(reason) and is_known(patient, reason.practitioner_id)
    full = caps.why_full(reason, patient, [start_at])
    said = [
        why_not(reason, patient, start_at, known=known, to_team=True) or limit_reached(reason, patient, now),
        str(full.sentence) if full is not None and full.may_be_exceeded else None,
    ]
    return " ".join(sentence for sentence in said if sentence) or None


def limit_reached(reason: VisitReason, patient: Patient, now: datetime) -> str | None:
    """The sentence where the patient already has as many visits to come as the reason allows; one query."""
    if reason.max_coming_per_patient is None:
        return None
    coming = Appointment.objects.coming(now).filter(patient=patient, reason=reason).count()
    if coming < reason.max_coming_per_patient:
        return None
    return ngettext(
        "%(patient)s a déjà %(count)s rendez-vous à venir pour ce motif, le maximum permis.",
        "%(patient)s a déjà %(count)s rendez-vous à venir pour ce motif, le maximum permis.",
        coming,
    ) % {"patient": patient.display_name, "count": coming}


def booked_by_telephone(patient: Patient, missed: no_shows.Missed) -> str | None:
    """The sentence where too many visits were missed for booking online."""
    found = no_shows.pause_after(missed, patient)
    return found.sentence if found else None


def _age_sentence(reason: VisitReason) -> str:
    if reason.max_age is None:
        return _("Ce motif est proposé à partir de %(age)s ans.") % {"age": reason.min_age}
    if reason.min_age is None:
        return _("Ce motif est proposé jusqu’à %(age)s ans.") % {"age": reason.max_age}
    return _("Ce motif est proposé de %(low)s à %(high)s ans.") % {
        "low": reason.min_age,
        "high": reason.max_age,
    }
