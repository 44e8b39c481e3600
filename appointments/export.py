"""Everything that the portal knows of an account and of the people it acts for (RGPD, articles 15 and 20)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import Prefetch

from accounts.models import User
from appointments.models import ACTIVE_STATES, Appointment, Enrolment, Status, WaitingRequest, WorkshopSession
from core import clock
from core.outbox.models import OutboxMessage
from patients import export
from patients.access import patients_of


def everything(user: User) -> dict[str, Any]:
    """A constant number of queries, whatever the length of the story."""
    people = list(patients_of(user))
    keys = [patient.pk for patient in people]
    return {
        "exported_at": clock.now(),
        "account": export.account(user),
        "people": [export.person(patient) for patient in people],
        "relatives": list(export.relatives(user)),
        "notices": export.notices(user),
        "appointments": list(_appointments(keys)),
        "workshops": list(_workshops(keys)),
        "waiting_requests": list(_waiting(keys)),
        "messages": list(_messages(user)),
        "openings_of_the_record": list(export.openings(keys)),
        **{part.name: list(part.rows(keys)) for part in export.parts()},
    }


def files(user: User) -> Iterator[tuple[str, Path]]:
    """What goes into the archive beside the words: a name in it, and where it lies."""
    keys = [patient.pk for patient in patients_of(user)]
    for part in export.parts():
        yield from part.files(keys)


def _appointments(keys: list[int]) -> Iterator[dict[str, Any]]:
    kept = [*ACTIVE_STATES, Status.CANCELLED]
    visits = Appointment.objects.with_details().with_companions().counted_once()
    rows = visits.filter(patient__in=keys, status__in=kept)
    for row in rows.order_by("start_at", "pk"):
        yield {
            "reference": row.reference,
            "status": row.status,
            "for": row.patient.display_name if row.patient else "",
            "with": row.received_by,
            "profession": row.practitioner.profession_name,
            "reason": row.reason.name,
            "place": row.place.name,
            "kind_of_place": row.place_kind,
            "start": row.start_at,
            "end": row.end_at,
            "booked_at": row.booked_at,
            "origin": row.origin,
            "message": row.patient_message,
            "cancelled_at": row.cancelled_at,
            "cancel_note": row.cancel_note,
        }


def _workshops(keys: list[int]) -> Iterator[dict[str, Any]]:
    dates = WorkshopSession.objects.order_by("start_at", "pk")
    rows = Enrolment.objects.with_details().filter(patient__in=keys)
    for row in rows.prefetch_related(Prefetch("cycle__sessions", queryset=dates)).order_by("asked_at", "pk"):
        yield {
            "reference": row.reference,
            "state": row.state,
            "for": row.patient.display_name,
            "workshop": row.cycle.workshop.public_title,
            "place": row.cycle.workshop.place.name,
            "dates": [session.start_at for session in row.cycle.sessions.all()],
            "asked_at": row.asked_at,
            "origin": row.origin,
            "cancelled_at": row.cancelled_at,
            "cancel_note": row.cancel_note,
        }


def _waiting(keys: list[int]) -> Iterator[dict[str, Any]]:
    """What was waited for, and each time that was offered."""
    rows = WaitingRequest.objects.filter(patient__in=keys).select_related("patient", "category")
    for row in rows.prefetch_related("offers", "practitioners").order_by("created_at", "pk"):
        yield {
            "for": row.patient.display_name,
            "what": row.category.name,
            "with": [one.display_name for one in row.practitioners.all()],
            "from": row.first_day,
            "until": row.last_day,
            "state": row.state,
            "asked_at": row.created_at,
            "ended_at": row.ended_at,
            "offers": [
                {"start": offer.start_at, "sent_at": offer.sent_at, "answer": offer.state}
                for offer in row.offers.all()
            ],
        }


def _messages(user: User) -> Iterator[dict[str, Any]]:
    for row in OutboxMessage.objects.filter(recipient=user).order_by("created_at", "pk"):
        yield {
            "created_at": row.created_at,
            "sent_at": row.sent_at,
            "channel": row.channel,
            "address": row.address,
            "state": row.state,
            "subject": row.sent_subject,
            "text": row.sent_body,
        }
