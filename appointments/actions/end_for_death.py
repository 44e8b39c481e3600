"""Somebody has died: what was to come here is given back, in silence."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from accounts.models import User
from appointments.actions.cancel import give_back
from appointments.actions.change_request import end_request
from appointments.actions.leave_workshop import leave_workshop
from appointments.models import Appointment, AppointmentSeries, Enrolment, WaitingRequest
from core import clock
from core.audit.record import record
from core.db import lock
from core.outbox.enqueue import withdraw
from patients.models import Patient


@transaction.atomic
def end_for_death(patient: Patient, *, actor: User, note: str) -> dict[str, list[Any]]:
    """Visits, series, workshops and waiting: ended with the reason, and no message about any of them is left.

    Answers what was ended, so that the desk can put it back where the news was wrong. `patient.deceased_on` is
    already set: what is written about his visits by mistake is dropped on its way out.
    """
    workshops = list(Enrolment.objects.active().filter(patient=patient).order_by("cycle_id"))
    for enrolment in workshops:  # before the patient's own lock, in the order in which one enrols
        leave_workshop(enrolment, actor=actor, by_staff=True, note=note)
        withdraw(enrolment)
    requests = list(WaitingRequest.objects.live().filter(patient=patient).order_by("pk"))
    for request in requests:
        end_request(request, actor=actor)
    lock("patient", patient.pk)
    return {
        "visits": _visits(patient, actor, note),
        "series": _series(patient, actor),
        "workshops": [enrolment.pk for enrolment in workshops],
        "requests": [request.pk for request in requests],
    }


def _visits(patient: Patient, actor: User, note: str) -> list[str]:
    """What was told and has not left yet (a confirmation, a reminder) goes too."""
    rows = (
        Appointment.objects.coming().filter(patient=patient).select_related("reason", "practitioner__centre")
    )
    ended = []
    for visit in rows.select_for_update(of=("self",), no_key=True).order_by("start_at", "pk"):
        give_back(visit, actor=actor, note=note, by_staff=True)
        withdraw(visit)
        ended.append(visit.reference)
    return ended


def _series(patient: Patient, actor: User) -> list[int]:
    now, ended = clock.now(), []
    rows = AppointmentSeries.objects.filter(patient=patient, ended_at=None)
    for series in rows.select_for_update(of=("self",), no_key=True).order_by("pk"):
        series.ended_at, series.ended_by = now, actor
        series.save(update_fields=["ended_at", "ended_by"])
        withdraw(series)
        record(actor, "series.ended", series, patient_id=patient.pk)
        ended.append(series.pk)
    return ended


def take_up_series(keys: list[int], *, actor: User) -> None:
    """The news was wrong: what was prescribed may be taken again."""
    for series in AppointmentSeries.objects.filter(pk__in=keys).exclude(ended_at=None):
        series.ended_at = series.ended_by = None
        series.save(update_fields=["ended_at", "ended_by"])
        record(actor, "series.resumed", series, patient_id=series.patient_id)
