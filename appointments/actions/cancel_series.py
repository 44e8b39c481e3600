"""All coming sessions of a series are given back, with one message."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from appointments import notifications
from appointments.actions.cancel import give_back
from appointments.models import Appointment, AppointmentSeries
from core import clock
from core.audit.record import record
from core.db import lock


def cancel_series(series: AppointmentSeries, *, actor: User, note: str = "") -> list[Appointment]:
    """Free the time of every session to come and end the series; what took place stays. Once, even if asked twice."""
    now = clock.now()
    with transaction.atomic():
        lock("patient", series.patient_id)
        series = AppointmentSeries.objects.select_for_update(of=("self",), no_key=True).get(pk=series.pk)
        rows = list(
            Appointment.objects.coming(now)
            .filter(series=series)
            .select_for_update(of=("self",), no_key=True)
            .select_related("reason", "practitioner__centre", "place", "patient")
            .order_by("start_at", "pk")
        )
        for row in rows:
            give_back(row, actor=actor, note=note, by_staff=True)
        if series.is_running:
            series.ended_at, series.ended_by = now, actor
            series.save(update_fields=["ended_at", "ended_by"])
            record(actor, "series.ended", series, patient_id=series.patient_id, cancelled=len(rows))
        notifications.several_cancelled(series, rows)
    return rows
