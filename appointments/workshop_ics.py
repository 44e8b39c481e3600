"""The dates of a workshop for the patient's calendar: when and where, never about what."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from icalendar import Calendar, Event
from icalendar.enums import CLASS, STATUS

from appointments.ics import PRODID, organiser_of, time_zone
from appointments.models import Enrolment, WorkshopSession
from core import clock
from core.web.public import public_address


def calendar_for(enrolment: Enrolment, sessions: Iterable[WorkshopSession], method: str = "PUBLISH") -> bytes:
    """One entry a date, each with the same UID for ever: a calendar replaces or removes (method CANCEL) its own."""
    calendar = Calendar.new(prodid=PRODID, method=method)
    calendar.add_component(time_zone())
    for session in sessions:
        calendar.add_component(_event(enrolment, session, cancelled=method == "CANCEL"))
    return bytes(calendar.to_ical())


def _event(enrolment: Enrolment, session: WorkshopSession, *, cancelled: bool) -> Event:
    link = url_of(enrolment)
    return Event.new(
        uid=f"{enrolment.reference}-{session.pk}@msp-portal",
        sequence=enrolment.sequence + session.sequence,
        stamp=clock.now(),
        start=clock.local(session.start_at),
        end=clock.local(session.end_at),
        summary=_("Atelier"),
        location=session.place.one_line_address,
        description=_("Référence : %(reference)s") % {"reference": enrolment.reference} + f"\n{link}",
        url=link,
        status=STATUS.CANCELLED if cancelled or session.is_cancelled else STATUS.CONFIRMED,
        classification=CLASS.PRIVATE,
        organizer=organiser_of(enrolment.cycle.workshop.centre),
    )


def url_of(enrolment: Enrolment) -> str:
    return public_address("enrolment", enrolment.reference)
