"""Who may write, read and sort a request. Hidden and missing answer the same 404; each reading leaves its line."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import Visitor, gives_care, has_role, is_desk
from accounts.models import Role, User
from coordination.access import get_entry_or_404, reader_of, without_closed
from core.audit.record import record
from partnerships.access import may_manage
from partnerships.models import AdvancedConsultation, ConsultationRequest, RequestFile, RequestState
from partnerships.models.request import ConsultationRequestQuerySet
from patients import consents
from patients.access import (
    OPENED,
    get_patient_for_desk,
    get_patient_for_practitioner,
    patients_of,
    practitioner_of,
    visible_patients,
)
from practitioners.access import acting_today
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind

# The kind of the timeline, by which the patient closes one of them.
KIND = "consultation_request"


@dataclass(frozen=True)
class Reading:
    """One request in front of one reader. Without a practitioner: who, when, how urgent, how complete; no letter."""

    user: User
    request: ConsultationRequest
    practitioner: Practitioner | None
    is_requester: bool = False
    triages: bool = False

    @property
    def is_clinical(self) -> bool:
        return self.practitioner is not None


def programmes_to_refer_to(practitioner: Practitioner) -> QuerySet[AdvancedConsultation]:
    """Offered today, and open to his profession. Professionals of the house only: others have a link of their own."""
    if practitioner.kind != Kind.MEMBER:
        return AdvancedConsultation.objects.none()
    named = Q(referrers=None) | Q(referrers=practitioner.profession_id)
    rows = AdvancedConsultation.objects.filter(named, is_active=True).distinct()
    return rows.select_related("partner", "triage_by")


def may_refer(user: User, programme: AdvancedConsultation) -> bool:
    practitioner = practitioner_of(user) if gives_care(user) else None
    return practitioner is not None and programmes_to_refer_to(practitioner).filter(pk=programme.pk).exists()


def get_programme_to_refer_to(user: User, pk: int) -> tuple[AdvancedConsultation, Practitioner]:
    practitioner = practitioner_of(user)
    if practitioner is None or not gives_care(user):
        raise Http404
    programme = programmes_to_refer_to(practitioner).filter(pk=pk).first()
    if programme is None:
        raise Http404
    return programme, practitioner


def triages(user: Visitor, programme: AdvancedConsultation) -> bool:
    return programme.triage_by_id == user.pk or may_manage(user)


def get_request(user: User, pk: int) -> Reading:
    """A draft is its author's alone. The care team reads the letter; the desk and a coordinator who sorts do not."""
    request = ConsultationRequest.objects.with_people().filter(pk=pk).first()
    if request is None:
        raise Http404
    practitioner = practitioner_of(user) if gives_care(user) else None
    if request.state == RequestState.DRAFT:
        return _draft(request, user, practitioner)
    sorts = triages(user, request.programme)
    if practitioner is not None:
        mine = {one.pk for one in acting_today(practitioner)}
        is_requester = request.requester_id in mine
        if _reads_as_carer(request, user, practitioner, sorts=sorts):
            _note_reading(user, request)
            return Reading(user, request, practitioner, is_requester, sorts)
    if not (sorts or is_desk(user)):
        raise Http404
    if request.patient_id is not None and is_desk(user):
        get_patient_for_desk(user, request.patient_id)
    return Reading(user, request, None, triages=sorts)


def _draft(request: ConsultationRequest, user: User, practitioner: Practitioner | None) -> Reading:
    if practitioner is None or request.requester_id not in {one.pk for one in acting_today(practitioner)}:
        raise Http404
    assert request.patient_id is not None
    get_patient_for_practitioner(user, request.patient_id)
    return Reading(user, request, practitioner, is_requester=True)


def _reads_as_carer(
    request: ConsultationRequest, user: User, practitioner: Practitioner, *, sorts: bool
) -> bool:
    """Who sorts and is a health professional reads what nobody is yet known for; else the record's own door decides."""
    patient = request.patient
    if patient is None:
        return sorts
    if sorts and not consents.standing(patient, practitioner).is_clear:
        return False
    try:
        get_patient_for_practitioner(user, patient.pk)
        get_entry_or_404(
            ConsultationRequest.objects.all(), patient, reader_of(user, patient), KIND, request.pk
        )
    except Http404:
        if sorts or is_desk(user):
            return False
        raise
    return True


def get_request_to_triage(user: User, pk: int) -> Reading:
    reading = get_request(user, pk)
    if not reading.triages:
        raise Http404
    return reading


def get_request_to_join(user: User, pk: int) -> ConsultationRequest:
    """The desk says who it is, as for anybody who calls."""
    rows = ConsultationRequest.objects.open().with_people().select_related("identity")
    request = rows.filter(pk=pk, patient=None, identity__isnull=False).first()
    if request is None or not is_desk(user):
        raise Http404
    return request


def get_request_as_requester(user: User, pk: int) -> Reading:
    reading = get_request(user, pk)
    if not reading.is_requester:
        raise Http404
    return reading


def get_request_file(user: User, pk: int, file_pk: int) -> RequestFile:
    """Part of the letter: for who reads it."""
    reading = get_request(user, pk)
    rows = reading.request.files.select_related("upload", "document__upload")
    found = rows.filter(pk=file_pk).first()
    if found is None or not reading.is_clinical:
        raise Http404
    return found


def requests_to_triage(user: User) -> ConsultationRequestQuerySet:
    """The inbox: the programmes that one sorts; the coordinator and the administrator sort all, the desk reads."""
    rows = ConsultationRequest.objects.with_people().exclude(state=RequestState.DRAFT)
    rows = rows.filter(Q(patient=None) | Q(patient__erased_at=None, patient__merged_into=None))
    if is_desk(user):
        return rows
    return rows.filter(programme__triage_by=user)


def may_triage_somewhere(user: Visitor) -> bool:
    return may_manage(user) or AdvancedConsultation.objects.filter(triage_by=user.pk or 0).exists()


def requests_sent_by(user: User) -> ConsultationRequestQuerySet:
    """Of a professional, drafts included, for patients whom he may still open."""
    practitioner = practitioner_of(user)
    if practitioner is None or not has_role(user, Role.PRACTITIONER, Role.INTERN):
        return ConsultationRequest.objects.none()
    mine = ConsultationRequest.objects.with_people().filter(
        requester__in=[one.pk for one in acting_today(practitioner)],
        patient__in=visible_patients(user).values("pk"),
    )
    return without_closed(mine, practitioner, KIND)


def requests_of_space(user: Visitor) -> ConsultationRequestQuerySet:
    """What was asked for those for whom this account acts; somebody else's draft is nobody's business yet."""
    return (
        ConsultationRequest.objects.with_people()
        .filter(patient__in=patients_of(user).values("pk"))
        .exclude(received_at=None)
        .order_by("-received_at", "-pk")
    )


def get_request_of_space(user: Visitor, pk: int) -> ConsultationRequest:
    request = requests_of_space(user).filter(pk=pk).first()
    if request is None:
        raise Http404
    return request


def _note_reading(user: User, request: ConsultationRequest) -> None:
    record(
        user,
        f"{OPENED}.consultation_request",
        request,
        patient_id=request.patient_id,
        reason=_("demande de consultation avancée"),
    )
