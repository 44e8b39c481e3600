"""Visits, series and workshops in the timeline: what took place, was missed or was called off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from appointments.models import (
    ACTIVE_STATES,
    Appointment,
    AppointmentSeries,
    Attendance,
    Enrolment,
    Status,
    WorkshopSession,
)
from coordination.timeline import Entry, Source, Words, add_source
from core import clock
from core.formats import french
from patients.models import Patient
from practitioners.models import Practitioner


def _visits(patient: Patient, reader: Practitioner | None) -> QuerySet[Appointment]:
    over = Q(status__in=[*ACTIVE_STATES, Status.CANCELLED], start_at__lt=clock.now())
    return Appointment.objects.filter(over, patient=patient, accompanies=None)


def last_visits(patient: Patient, hidden: Collection[int] = ()) -> QuerySet[Appointment]:
    """When he was last seen here, and by whom: one row; `hidden`: visits that are closed to who reads."""
    seen = Appointment.objects.filter(patient=patient, status=Status.FULFILLED, accompanies=None)
    seen = seen.exclude(pk__in=hidden)
    return seen.select_related("practitioner").order_by("-start_at", "-pk")[:1]


def _visits_asked(keys: Collection[int]) -> list[QuerySet[Any, Any]]:
    return [
        Appointment.objects.filter(pk__in=keys).select_related("practitioner", "reason"),
        Appointment.objects.filter(accompanies__in=keys).select_related("practitioner").order_by("pk"),
    ]


def _visit_lines(visits: Iterable[Appointment], others: Iterable[Appointment]) -> Iterator[Entry]:
    beside: dict[int | None, list[Appointment]] = defaultdict(list)
    for other in others:
        beside[other.accompanies_id].append(other)
    for visit in visits:
        yield Entry(
            kind="appointment",
            pk=visit.pk,
            at=visit.start_at,
            title=visit.reason.name,
            summary="" if visit.status in (Status.FULFILLED, Status.BOOKED) else visit.get_status_display(),
            author=visit.received_with(beside[visit.pk]),
            title_for_desk=_("Motif réservé") if visit.reason.is_sensitive else "",
        )


def _series(patient: Patient, reader: Practitioner | None) -> QuerySet[AppointmentSeries]:
    return AppointmentSeries.objects.filter(patient=patient)


def _series_lines(rows: Iterable[AppointmentSeries]) -> Iterator[Entry]:
    for series in rows:
        words = {"number": series.prescribed, "reason": series.reason.name}
        title = ngettext(
            "%(number)s séance : %(reason)s", "%(number)s séances : %(reason)s", series.prescribed
        )
        plain = ngettext("%(number)s séance", "%(number)s séances", series.prescribed) % words
        yield Entry(
            kind="series",
            pk=series.pk,
            at=series.created_at,
            title=title % words,
            summary=_series_summary(series),
            author=series.practitioner.display_name,
            title_for_desk=plain if series.reason.is_sensitive else "",
        )


def _series_summary(series: AppointmentSeries) -> str:
    said = []
    if series.prescriber:
        said.append(_("prescrites par %(name)s") % {"name": series.prescriber})
    if series.ended_at:
        said.append(_("arrêtées le %(day)s") % {"day": french.full_day_with_year(series.ended_at)})
    return ", ".join(said)


def _first_at() -> Coalesce:
    """The first date of the cycle; of a cycle whose dates are gone, the day of the enrolment."""
    dates = WorkshopSession.objects.filter(cycle=OuterRef("cycle")).order_by("start_at")
    return Coalesce(Subquery(dates.values("start_at")[:1]), F("asked_at"))


def _workshops(patient: Patient, reader: Practitioner | None) -> QuerySet[Any, Any]:
    rows = Enrolment.objects.annotate(first_at=_first_at())
    return rows.filter(patient=patient, first_at__lt=clock.now())


def _workshops_asked(keys: Collection[int]) -> list[QuerySet[Any, Any]]:
    rows = Enrolment.objects.filter(pk__in=keys).select_related("cycle__workshop")
    return [rows.annotate(first_at=_first_at()), Attendance.objects.filter(enrolment__in=keys)]


def _workshop_lines(rows: Iterable[Any], attendances: Iterable[Attendance]) -> Iterator[Entry]:
    came: dict[int, list[str]] = defaultdict(list)
    for one in attendances:
        came[one.enrolment_id].append(one.get_mark_display())
    for enrolment in rows:
        yield Entry(
            kind="workshop",
            pk=enrolment.pk,
            at=enrolment.first_at,
            title=enrolment.cycle.workshop.title,
            summary=", ".join(dict.fromkeys(came[enrolment.pk])) or enrolment.get_state_display(),
        )


add_source(
    Source(
        kind="appointment",
        label=gettext_lazy("Rendez-vous"),
        sign="calendar-check",
        at="start_at",
        rows=_visits,
        entries=Words(_visits_asked, _visit_lines),
        clinical=False,
        author="practitioner",
        searched=("reason__name",),
        sensitive="reason__is_sensitive",
    )
)
add_source(
    Source(
        kind="series",
        label=gettext_lazy("Séries de séances"),
        sign="arrow-repeat",
        at="created_at",
        rows=_series,
        entries=Words(
            lambda keys: [
                AppointmentSeries.objects.filter(pk__in=keys).select_related("practitioner", "reason")
            ],
            _series_lines,
        ),
        clinical=False,
        author="practitioner",
        searched=("reason__name",),
        sensitive="reason__is_sensitive",
    )
)
add_source(
    Source(
        kind="workshop",
        label=gettext_lazy("Ateliers"),
        sign="mortarboard",
        at="first_at",
        rows=_workshops,
        entries=Words(_workshops_asked, _workshop_lines),
        clinical=False,
        searched=("cycle__workshop__title",),
    )
)
