"""Who may write, read and answer a request for an opinion. Hidden and missing answer the same 404."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import Visitor, gives_care, has_role, is_desk
from accounts.models import Role, User
from coordination.access import (
    get_entry_or_404,
    oppositions_to,
    reader_of,
    without_closed,
)
from core.audit.record import record
from patients import consents
from patients.access import (
    OPENED,
    get_patient_for_desk,
    get_patient_for_practitioner,
    patients_of,
    practitioner_of,
    visible_patients,
)
from patients.models import Patient
from practitioners.access import acting_today
from practitioners.models import Practitioner
from teleconsult.expertise_people import PASSED, asked_of, may_ask, pools_of
from teleconsult.models import (
    ExpertiseAnswer,
    ExpertiseEvent,
    ExpertiseLevel,
    ExpertiseRequest,
    ExpertiseState,
)
from teleconsult.models.expertise import ExpertiseRequestQuerySet

# The kind of the timeline, by which the patient closes one of them; its answers go with it.
KIND = "expertise"


@dataclass(frozen=True)
class Reading:
    """One request in front of one reader. Without a practitioner (the desk): who, when, how urgent; no word of care."""

    user: User
    request: ExpertiseRequest
    practitioner: Practitioner | None
    is_requester: bool = False
    may_take: bool = False
    is_holder: bool = False
    at_desk: bool = False

    @property
    def is_clinical(self) -> bool:
        return self.practitioner is not None


def may_see_requests(user: Visitor) -> bool:
    return gives_care(user) or is_desk(user)


def get_requester(user: User) -> Practitioner:
    """A professional whose profession may ask; a trainee asks as himself, answered for by who supervises him."""
    practitioner = practitioner_of(user) if has_role(user, Role.PRACTITIONER, Role.INTERN) else None
    if practitioner is None or not may_ask(practitioner):
        raise Http404
    return practitioner


def get_patient_to_ask_for(user: User, pk: int) -> tuple[Patient, Practitioner]:
    requester = get_requester(user)
    return get_patient_for_practitioner(user, pk), requester


def get_expertise(user: User, pk: int) -> Reading:
    """A draft is its author's alone. Who may take it reads it before anything else of the record is open to him."""
    request = ExpertiseRequest.objects.with_people().filter(pk=pk).first()
    if request is None:
        raise Http404
    practitioner = practitioner_of(user) if gives_care(user) else None
    if practitioner is not None and (reading := _as_carer(request, user, practitioner)) is not None:
        return reading
    if request.is_draft or not is_desk(user):
        raise Http404
    get_patient_for_desk(user, request.patient_id)
    return Reading(user, request, None, at_desk=True)


def _as_carer(request: ExpertiseRequest, user: User, practitioner: Practitioner) -> Reading | None:
    mine = {one.pk for one in acting_today(practitioner)}
    is_requester = request.requester_id in mine
    if request.is_draft:
        if not is_requester:
            return None
        get_patient_for_practitioner(user, request.patient_id)
        return Reading(user, request, practitioner, is_requester=True)
    may_take = _may_take(request, user, practitioner)
    if not may_take and not _opens(request, user):
        return None
    record(user, f"{OPENED}.expertise", request, patient_id=request.patient_id, reason=_("demande d’avis"))
    is_holder = request.holder_id == practitioner.pk
    return Reading(user, request, practitioner, is_requester, may_take, is_holder, at_desk=is_desk(user))


def _may_take(request: ExpertiseRequest, user: User, practitioner: Practitioner) -> bool:
    """Asked of him while nobody has it, and neither the record nor this request is closed to him."""
    if request.state != ExpertiseState.SENT or all(one.pk != practitioner.pk for one in asked_of(request)):
        return False
    return not _is_closed(request, user, practitioner)


def _is_closed(request: ExpertiseRequest, user: User, practitioner: Practitioner) -> bool:
    if consents.standing(request.patient, practitioner).is_opposed:
        return True
    closed = oppositions_to(request.patient, reader_of(user, request.patient))
    return request.pk in closed.get(KIND, ())


def _opens(request: ExpertiseRequest, user: User) -> bool:
    """Whoever may open the record, and has not been closed out of this entry."""
    try:
        patient = get_patient_for_practitioner(user, request.patient_id)
        get_entry_or_404(ExpertiseRequest.objects.all(), patient, reader_of(user, patient), KIND, request.pk)
    except Http404:
        return False
    return True


def get_expertise_as_requester(user: User, pk: int) -> Reading:
    reading = get_expertise(user, pk)
    if not reading.is_requester:
        raise Http404
    return reading


def get_expertise_to_take(user: User, pk: int) -> ExpertiseRequest:
    """For everybody of whom it was asked: who was too slow reads by whom it was taken."""
    practitioner = practitioner_of(user) if gives_care(user) else None
    request = ExpertiseRequest.objects.sent().open().with_people().filter(pk=pk).first()
    if request is None or practitioner is None or request.requester_id == practitioner.pk:
        raise Http404
    named = request.level == ExpertiseLevel.EXPERT and request.target_id == practitioner.pk
    pooled = request.level != ExpertiseLevel.EXPERT and request.pool_id in pools_of(practitioner)
    if not (named or pooled) or _is_closed(request, user, practitioner):
        raise Http404
    return request


def get_expertise_as_holder(user: User, pk: int) -> Reading:
    reading = get_expertise(user, pk)
    if not reading.is_holder:
        raise Http404
    return reading


def get_expertise_to_settle(user: User, pk: int) -> Reading:
    """The visit that follows is booked by the desk, or by who asked."""
    reading = get_expertise(user, pk)
    if not (reading.is_requester or reading.at_desk):
        raise Http404
    return reading


def requests_to_answer(user: User) -> ExpertiseRequestQuerySet:
    """Asked of this expert and taken by nobody, or in his hands."""
    practitioner = practitioner_of(user) if gives_care(user) else None
    if practitioner is None:
        return ExpertiseRequest.objects.none()
    passed = ExpertiseEvent.objects.filter(
        request=OuterRef("pk"), by=user, verb=PASSED, at__gte=OuterRef("sent_at")
    )
    asked = Q(level=ExpertiseLevel.EXPERT, target=practitioner) | (
        ~Q(level=ExpertiseLevel.EXPERT) & Q(pool__in=pools_of(practitioner)) & ~Exists(passed)
    )
    in_hand = Q(holder=practitioner, state__in=(ExpertiseState.CLAIMED, ExpertiseState.ASKED))
    rows = ExpertiseRequest.objects.with_people().filter(Q(asked, state=ExpertiseState.SENT) | in_hand)
    return _not_closed(rows.exclude(requester=practitioner), practitioner)


def requests_answered_by(user: User) -> ExpertiseRequestQuerySet:
    practitioner = practitioner_of(user) if gives_care(user) else None
    if practitioner is None:
        return ExpertiseRequest.objects.none()
    rows = ExpertiseRequest.objects.with_people().filter(holder=practitioner)
    rows = rows.exclude(state__in=(ExpertiseState.CLAIMED, ExpertiseState.ASKED))
    return _not_closed(rows, practitioner)


def requests_of(user: User) -> ExpertiseRequestQuerySet:
    """Asked by this professional, drafts included, for patients whom he may still open."""
    practitioner = practitioner_of(user) if gives_care(user) else None
    if practitioner is None:
        return ExpertiseRequest.objects.none()
    mine = ExpertiseRequest.objects.with_people().filter(
        requester__in=[one.pk for one in acting_today(practitioner)],
        patient__in=visible_patients(user).values("pk"),
    )
    return without_closed(mine, practitioner, KIND)


def requests_at_desk(user: User) -> ExpertiseRequestQuerySet:
    """What the house has to see to: everything that is open, without its words."""
    if not is_desk(user):
        return ExpertiseRequest.objects.none()
    rows = ExpertiseRequest.objects.with_people().open().sent()
    return rows.filter(patient__in=Patient.objects.standing().values("pk"))


def _not_closed(rows: ExpertiseRequestQuerySet, practitioner: Practitioner) -> ExpertiseRequestQuerySet:
    """Without those of whom the record, or this entry, is closed to him."""
    opposed = Patient.objects.standing().filter(consents.opposed_to(practitioner))
    rows = rows.filter(patient__in=Patient.objects.standing().values("pk"))
    return without_closed(rows.exclude(patient__in=opposed.values("pk")), practitioner, KIND)


def answers_of_space(user: Visitor) -> list[ExpertiseAnswer]:
    """What was shown to those for whom this account acts."""
    people = patients_of(user).values("pk")
    rows = ExpertiseAnswer.objects.standing().filter(request__patient__in=people)
    rows = rows.exclude(request__shared_at=None).select_related(
        "author__profession", "request__patient", "request__requester__centre"
    )
    return list(rows.order_by("-written_at", "-pk"))


def get_answer_of_space(user: Visitor, pk: int) -> ExpertiseAnswer:
    found = next((one for one in answers_of_space(user) if one.pk == pk), None)
    if found is None:
        raise Http404
    return found
