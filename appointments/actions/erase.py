"""The right to be forgotten, carried out: appointments first, then the people, then the account."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions.close_account import close_account
from accounts.models import User
from appointments.actions.cancel import cancel
from appointments.actions.change_request import end_request
from appointments.actions.invite import revoke_invitation
from appointments.actions.leave_workshop import leave_workshop
from appointments.models import (
    ACTIVE_STATES,
    Appointment,
    AppointmentSeries,
    Enrolment,
    EnrolmentState,
    HomeAccess,
    SeriesInvitation,
    Status,
    WaitingRequest,
    WorkshopCycle,
)
from appointments.models.waiting import RequestState
from core import clock
from core.audit.record import record
from core.outbox.models import OutboxMessage, State
from core.refusal import Refusal
from patients import notifications
from patients.access import himself_first
from patients.actions.end_proxy import end_proxy
from patients.actions.forget_patient import forget_patient
from patients.models import CareTeamMember, ErasureRequest, NoticePreference, Patient, Proxy
from patients.models.proxy import ProxyState, Relation
from patients.models.requests import ErasureState


@dataclass
class Outcome:
    """What the person and the trail are told."""

    appointments_cancelled: int = 0
    people_forgotten: int = 0
    care_records_kept: int = 0


class NothingToErase(Refusal):
    """The person has changed his mind."""


def cared_for(patient: Patient) -> bool:
    """Somebody of the house has seen or follows this person: a care record exists, and the law wants it kept."""
    seen = [state for state in ACTIVE_STATES if state != Status.NO_SHOW]
    return (
        patient.attending_doctor_id is not None
        or CareTeamMember.objects.filter(patient=patient).exists()
        or Appointment.objects.filter(patient=patient, status__in=seen, start_at__lt=clock.now()).exists()
    )


def people_to_forget(user: User) -> list[Patient]:
    """Himself, and the children for whom nobody else acts; grown-up relatives decide for themselves."""
    mine = Proxy.objects.filter(
        user=user, state=ProxyState.ACTIVE, relation__in=[Relation.SELF, Relation.CHILD]
    )
    mine = mine.select_related("patient").order_by(
        himself_first("relation"), "patient__birth_date", "patient"
    )
    shared = set(
        Proxy.objects.in_force()
        .filter(patient__in=[proxy.patient_id for proxy in mine])
        .exclude(user=user)
        .values_list("patient_id", flat=True)
    )
    return [p.patient for p in mine if p.relation == Relation.SELF or p.patient_id not in shared]


def erase(asked: ErasureRequest, *, actor: User | None) -> ErasureRequest:
    """One transaction; doing it twice does it once. Care records stay (CSP R1112-7), and the answer says so."""
    with transaction.atomic():
        asked = ErasureRequest.objects.select_for_update(no_key=True).get(pk=asked.pk)
        if asked.state == ErasureState.DONE:
            return asked
        if asked.state != ErasureState.ASKED or asked.user is None:
            raise NothingToErase(_("Cette demande a été retirée."))
        user, outcome = asked.user, Outcome()
        people = people_to_forget(user)
        for patient in people:
            forget(patient, outcome, actor=actor)
        for proxy in Proxy.objects.filter(user=user, state__in=[ProxyState.ACTIVE, ProxyState.PENDING]):
            end_proxy(proxy, actor=actor)
        NoticePreference.objects.filter(user=user).delete()
        _forget_messages(user)
        notifications.erased(user, asked)
        close_account(user, actor=actor)
        asked.state = ErasureState.DONE
        asked.done_at = clock.now()
        asked.outcome = asdict(outcome)
        asked.save(update_fields=["state", "done_at", "outcome"])
        record(actor, "erasure.done", asked, **asked.outcome)
    return asked


def forget(patient: Patient, outcome: Outcome, *, actor: User | None) -> None:
    """Inside a transaction. What is to come is cancelled; what the law wants kept stays."""
    care = cared_for(patient)
    for appointment in Appointment.objects.coming().counted_once().filter(patient=patient):
        cancel(appointment, actor=actor, by_staff=True)
        outcome.appointments_cancelled += 1
    for request in WaitingRequest.objects.live().filter(patient=patient):
        end_request(request, RequestState.WITHDRAWN, actor=actor)
    for invitation in SeriesInvitation.objects.filter(patient=patient, revoked_at=None):
        revoke_invitation(invitation, actor=actor)
    HomeAccess.objects.filter(patient=patient).delete()  # a door code is no part of a care record
    for enrolment in Enrolment.objects.active().filter(
        patient=patient, cycle__in=WorkshopCycle.objects.coming().values("pk")
    ):
        leave_workshop(enrolment, actor=actor, by_staff=True)
    Enrolment.objects.filter(patient=patient, state=EnrolmentState.CANCELLED).update(cancel_note="")
    # What was written for a visit that never took place belongs to no care record.
    never_seen = [Status.CANCELLED, Status.NO_SHOW, Status.LAPSED]
    Appointment.objects.filter(patient=patient, status__in=never_seen).update(
        patient_message="", cancel_note=""
    )
    if not care:
        for given in (AppointmentSeries, SeriesInvitation):
            given.objects.filter(patient=patient).update(prescriber="", prescribed_on=None)
    forget_patient(patient, actor=actor, keep_care=care)
    if care:
        outcome.care_records_kept += 1
    else:
        outcome.people_forgotten += 1


def _forget_messages(user: User) -> None:
    """What has left is emptied; what still waits (the cancellations above) leaves first, and is emptied by age."""
    OutboxMessage.objects.filter(recipient=user).exclude(state=State.DUE).update(
        address="", sent_subject="", sent_body="", payload={}, last_error=""
    )
