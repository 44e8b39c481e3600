"""A practitioner's agenda as an iCalendar file, and its version, which is known without writing the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from icalendar import Calendar, Event
from icalendar.enums import CLASS, STATUS, TRANSP

from appointments.ics import PRODID, UID_DOMAIN, time_zone, where
from appointments.models import (
    ACTIVE_STATES,
    Absence,
    Appointment,
    CalendarFeed,
    FeedDetail,
    Status,
    WorkshopHost,
)
from core import clock
from core.web.public import public_address

BEHIND, AHEAD = relativedelta(months=1), relativedelta(months=6)
SHOWN = [*ACTIVE_STATES, Status.CANCELLED]
# Counts into the version: raise it when the same rows are to be written differently.
LAYOUT = 2
REFRESH = timedelta(hours=1)

# Everything that `calendar_of` writes, in one digest. The second half of the index condition is the partial index of
# cancelled visits: `occupies` leaves them out.
_VERSION = """
SELECT encode(sha256(convert_to(coalesce(string_agg(line, E'\\n' ORDER BY line), ''), 'UTF8')), 'hex') FROM (
    SELECT concat_ws('|', a.id, a.sequence, a.status, a.start_at, a.end_at, a.place_kind, r.name, r.is_sensitive,
                     p.birth_name, p.used_name, p.birth_first_names, p.used_first_name,
                     l.name, l.address, l.postal_code, l.city) AS line
    FROM (SELECT * FROM appointments_appointment
          WHERE practitioner_id = %(practitioner)s AND start_at >= %(start)s AND start_at < %(end)s
            AND occupies AND status = ANY(%(active)s)
          UNION ALL
          SELECT * FROM appointments_appointment
          WHERE practitioner_id = %(practitioner)s AND start_at >= %(start)s AND start_at < %(end)s
            AND status = 'cancelled') a
    JOIN appointments_visitreason r ON r.id = a.reason_id
    JOIN practitioners_place l ON l.id = a.place_id
    LEFT JOIN patients_patient p ON p.id = a.patient_id
    UNION ALL
    SELECT concat_ws('|', 'absence', id, start_at, end_at) FROM appointments_absence
    WHERE %(absences)s AND practitioner_id = %(practitioner)s AND start_at < %(end)s AND end_at > %(start)s
    UNION ALL
    SELECT concat_ws('|', 'workshop', s.id, s.sequence, h.start_at, h.end_at, w.title, w.is_sensitive,
                     l.name, l.address, l.postal_code, l.city)
    FROM appointments_workshophost h
    JOIN appointments_workshopsession s ON s.id = h.session_id
    JOIN appointments_workshopcycle c ON c.id = s.cycle_id
    JOIN appointments_workshop w ON w.id = c.workshop_id
    JOIN practitioners_place l ON l.id = s.place_id
    WHERE h.practitioner_id = %(practitioner)s AND h.start_at < %(end)s AND h.end_at > %(start)s
) AS written
"""


def window(today: date) -> tuple[datetime, datetime]:
    """A month back, six ahead, in whole days of the house."""
    return clock.day_bounds(today - BEHIND)[0], clock.day_bounds(today + AHEAD)[1]


def version_of(feed: CalendarFeed) -> str:
    """Changes with every change of what the file says; one query."""
    start, end = window(clock.today())
    with connection.cursor() as cursor:
        cursor.execute(
            _VERSION,
            {
                "practitioner": feed.practitioner_id,
                "start": start,
                "end": end,
                "active": [str(state) for state in ACTIVE_STATES],
                "absences": feed.with_absences,
            },
        )
        (digest,) = cursor.fetchone()
    return f"{LAYOUT}{feed.detail[0]}{int(feed.with_absences)}-{digest[:40]}"


def calendar_of(feed: CalendarFeed) -> bytes:
    """The whole file. The same version gives the same bytes: the stamp is when this version was first served."""
    calendar = Calendar.new(
        prodid=PRODID,
        method="PUBLISH",
        name=_("Agenda de %(name)s") % {"name": feed.practitioner.display_name},
        refresh_interval=REFRESH,
    )
    calendar.add("X-PUBLISHED-TTL", "PT1H")
    calendar.add_component(time_zone())
    stamp = feed.changed_at or clock.now()
    for event in (*_visits(feed, stamp), *_workshops(feed, stamp), *_absences(feed, stamp)):
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _visits(feed: CalendarFeed, stamp: datetime) -> Iterator[Event]:
    start, end = window(clock.today())
    day_page = public_address("my_day")
    visits = (
        Appointment.objects.filter(practitioner=feed.practitioner_id, start_at__gte=start, start_at__lt=end)
        .filter(Q(occupies=True, status__in=ACTIVE_STATES) | Q(status=Status.CANCELLED))
        .select_related("reason", "patient", "place")
        .order_by("start_at", "pk")
    )
    for visit in visits:
        cancelled = visit.status == Status.CANCELLED
        yield Event.new(
            uid=visit.ics_uid,
            sequence=visit.sequence,
            stamp=stamp,
            start=clock.local(visit.start_at),
            end=clock.local(visit.end_at),
            summary=_summary(visit, feed.detail),
            location=where(visit),
            url=f"{day_page}?jour={clock.local(visit.start_at).date().isoformat()}",
            status=STATUS.CANCELLED if cancelled else STATUS.CONFIRMED,
            transparency=TRANSP.TRANSPARENT if cancelled else TRANSP.OPAQUE,
            classification=CLASS.PRIVATE,
        )


def _summary(visit: Appointment, detail: str) -> str:
    """Of a sensitive visit nothing but that the time is taken."""
    if not visit.reason.is_sensitive:
        if detail == FeedDetail.REASON:
            return visit.reason.name
        if detail == FeedDetail.INITIALS and visit.patient is not None:
            return _("Rendez-vous %(initials)s") % {"initials": _initials(visit)}
    return _("Occupé")


def _initials(visit: Appointment) -> str:
    names = (visit.patient.first_name, visit.patient.last_name) if visit.patient else ()
    return " ".join(f"{name[0].upper()}." for name in names if name)


def _workshops(feed: CalendarFeed, stamp: datetime) -> Iterator[Event]:
    """The groups that he animates; the title where reasons may leave the house and the subject is not sensitive."""
    start, end = window(clock.today())
    hosts = WorkshopHost.objects.filter(practitioner=feed.practitioner_id, start_at__lt=end, end_at__gt=start)
    for host in hosts.select_related("session__cycle__workshop", "session__place").order_by("start_at", "pk"):
        session, workshop = host.session, host.session.cycle.workshop
        page = public_address("workshop_session", session.pk)
        yield Event.new(
            uid=f"workshop-{session.pk}{UID_DOMAIN}",
            sequence=session.sequence,
            stamp=stamp,
            start=clock.local(host.start_at),
            end=clock.local(host.end_at),
            summary=workshop.public_title if feed.detail == FeedDetail.REASON else _("Occupé"),
            location=session.place.one_line_address,
            url=page,
            status=STATUS.CONFIRMED,
            transparency=TRANSP.OPAQUE,
            classification=CLASS.PRIVATE,
        )


def _absences(feed: CalendarFeed, stamp: datetime) -> Iterator[Event]:
    """Why somebody is away stays in the house."""
    if not feed.with_absences:
        return
    start, end = window(clock.today())
    rows = Absence.objects.filter(practitioner=feed.practitioner_id, start_at__lt=end, end_at__gt=start)
    for absence in rows.order_by("start_at", "pk"):
        since, until = clock.local(absence.start_at), clock.local(absence.end_at)
        whole = since.time() == until.time() == time.min
        yield Event.new(
            uid=f"absence-{absence.pk}{UID_DOMAIN}",
            stamp=stamp,
            start=since.date() if whole else since,
            end=until.date() if whole else until,
            summary=_("Absence"),
            status=STATUS.CONFIRMED,
            transparency=TRANSP.OPAQUE,
            classification=CLASS.PRIVATE,
        )
