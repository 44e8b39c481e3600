"""A place that was accepted with another partner: the request is that programme's from then on, its history kept."""

from __future__ import annotations

from appointments.models import Appointment
from core import clock
from core.audit.record import record
from partnerships import notifications_request as notifications
from partnerships.actions.request_care import leave_carers, open_to_carers
from partnerships.models import AdvancedConsultation, ConsultationRequest, RequestEvent
from partnerships.models.request import AHEAD
from partnerships.request_states import owner_of


def transfer_with_visit(request: ConsultationRequest, visit: Appointment) -> bool:
    """So that the letter is asked of who has seen the person, and counted where he was seen.

    A time that stands for no programme (a teleconsultation) leaves the request where it is; so does a programme that
    the person has asked for besides. The caller has the row, and the patient's lock.
    """
    if request.programme.reasons.filter(visit_reasons=visit.reason_id).exists():
        return False
    programme = (
        AdvancedConsultation.objects.filter(reasons__visit_reasons=visit.reason_id)
        .select_related("partner", "triage_by")
        .order_by("pk")
        .first()
    )
    if programme is None or _asked_besides(request, programme):
        return False
    before = request.programme
    leave_carers(request, actor=None, last_day=clock.today())
    request.programme, request.consent_on = programme, clock.today()
    request.owner = owner_of(request)
    request.save(update_fields=["programme", "consent_on", "owner"])
    open_to_carers(request, actor=None)
    event = RequestEvent.objects.create(
        request=request,
        from_state=request.state,
        to_state=request.state,
        verb="transferred",
        note=f"{before.name}, {before.partner.name} → {programme.name}, {programme.partner.name}",
    )
    record(
        None,
        "request.transferred",
        request,
        patient_id=request.patient_id,
        before=before.pk,
        after=programme.pk,
    )
    notifications.tell_triage(request, event)
    return True


def _asked_besides(request: ConsultationRequest, programme: AdvancedConsultation) -> bool:
    others = ConsultationRequest.objects.filter(
        patient=request.patient_id, programme=programme, state__in=AHEAD
    )
    return others.exclude(pk=request.pk).exists()
