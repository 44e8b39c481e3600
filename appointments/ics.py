"""An appointment as a calendar entry: who, when, where, link, and not a word about why."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Component, Event, Timezone, vCalAddress, vText
from icalendar.enums import CLASS, STATUS

from appointments.models import Appointment, Status
from appointments.models.reason import PlaceKind
from appointments.ways_in import WayIn, ways_in
from core import clock
from core.web.public import public_address
from practitioners.models import Centre

PRODID = "-//MSP//Portail//FR"
# What other calendars send back under this name is ours already (appointments/outside.py).
UID_DOMAIN = "@msp-portal"

# By rule instead of a list of dates: short, and right for every year to come.
_PARIS = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


def calendar_for(appointment: Appointment, method: str = "PUBLISH") -> bytes:
    """The whole file. With the same UID for ever and a growing SEQUENCE a calendar replaces its entry, or removes
    it (method CANCEL)."""
    return calendar_of([appointment], method)


def calendar_of(appointments: Iterable[Appointment], method: str = "PUBLISH") -> bytes:
    """One file with several entries."""
    calendar = Calendar.new(prodid=PRODID, method=method)
    calendar.add_component(time_zone())
    visits = list(appointments)
    entries = ways_in(visits)
    for appointment in visits:
        calendar.add_component(event_for(appointment, entries.get(appointment.pk)))
    return bytes(calendar.to_ical())


def event_for(appointment: Appointment, way_in: WayIn | None = None) -> Event:
    cancelled = appointment.status == Status.CANCELLED
    link = url_of(appointment)
    return Event.new(
        uid=appointment.ics_uid,
        sequence=appointment.sequence,
        stamp=clock.now(),
        start=clock.local(appointment.start_at),
        end=clock.local(appointment.end_at),
        summary=summary(appointment),
        location=where(appointment),
        description="\n".join([_reference(appointment), link, *_entry(way_in)]),
        url=link,
        status=STATUS.CANCELLED if cancelled else STATUS.CONFIRMED,
        classification=CLASS.PRIVATE,
        organizer=organiser_of(appointment.practitioner.centre),
    )


def _reference(appointment: Appointment) -> str:
    return _("Référence : %(reference)s") % {"reference": appointment.reference}


def _entry(way_in: WayIn | None) -> list[str]:
    return [_("Pour entrer en vidéo : %(link)s") % {"link": way_in.link}] if way_in else []


def summary(appointment: Appointment) -> str:
    reasons = [appointment.reason, *(other.reason for other in appointment.companions.all())]
    if any(reason.is_sensitive for reason in reasons):
        return _("Rendez-vous")
    return _("Rendez-vous avec %(practitioner)s") % {"practitioner": appointment.received_by}


def where(appointment: Appointment) -> str:
    """An address or a manner. Names of places are left out: one may well be called after a profession."""
    if appointment.place_kind == PlaceKind.HOME:
        return _("à domicile")
    if appointment.place_kind == PlaceKind.VIDEO:
        return _("en vidéo")
    if appointment.place_kind == PlaceKind.PHONE:
        return _("par téléphone")
    return appointment.place.one_line_address


def url_of(appointment: Appointment) -> str:
    return public_address("appointment", appointment.reference)


def time_zone() -> Component:
    return Timezone.from_ical(_PARIS)


def organiser_of(centre: Centre) -> vCalAddress:
    organiser = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organiser.params["CN"] = vText(centre.name)
    return organiser
