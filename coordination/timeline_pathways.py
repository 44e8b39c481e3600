"""Pathways in the timeline: their starts, their ends, and the steps that somebody ended by his word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import Any

from django.db.models import DateTimeField, F, Func, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.models import CarePathway, PathwayStep
from coordination.timeline import Entry, Source, Words, add_source
from core import clock
from patients.models import Patient
from practitioners.models import Practitioner


class MiddayOf(Func):
    """A day as an instant of that day in the house, for the order among others."""

    template = "(%(expressions)s + time '12:00') AT TIME ZONE 'Europe/Paris'"
    output_field = DateTimeField()


def _started(patient: Patient, reader: Practitioner | None) -> QuerySet[Any, Any]:
    return CarePathway.objects.filter(patient=patient).annotate(started_at=MiddayOf("started_on"))


def _start_entries(rows: Iterable[CarePathway]) -> Iterator[Entry]:
    for row in rows:
        yield Entry(
            kind=STARTS.kind,
            pk=row.pk,
            at=_midday(row),
            title=_("Parcours « %(name)s »") % {"name": row.version.name},
            summary=str(row.get_state_display()),
            author=row.lead.display_name,
            url=reverse("care_pathway", args=[row.patient_id, row.pk]),
        )


def _ended(patient: Patient, reader: Practitioner | None) -> QuerySet[Any, Any]:
    return CarePathway.objects.filter(patient=patient, ended_at__isnull=False)


def _end_entries(rows: Iterable[CarePathway]) -> Iterator[Entry]:
    for row in rows:
        yield Entry(
            kind=ENDS.kind,
            pk=row.pk,
            at=row.ended_at or row.created_at,
            title=_("Fin du parcours « %(name)s »") % {"name": row.version.name},
            summary=row.end_words,
            author=str(row.ended_by or ""),
            whole=row.pk,
            url=reverse("care_pathway", args=[row.patient_id, row.pk]),
        )


def _steps(patient: Patient, reader: Practitioner | None) -> QuerySet[Any, Any]:
    done = PathwayStep.objects.filter(pathway__patient=patient, done_on__isnull=False)
    return done.annotate(finished_at=MiddayOf(F("done_on")))


def _step_entries(rows: Iterable[PathwayStep]) -> Iterator[Entry]:
    for row in rows:
        yield Entry(
            kind=STEPS.kind,
            pk=row.pk,
            at=clock.at(row.done_on, time(12)) if row.done_on else clock.now(),
            title=row.source.title,
            summary=" · ".join(part for part in (row.answer, row.note, row.pathway.version.name) if part),
            author=str(row.done_by or ""),
            whole=row.pathway_id,
            url=reverse("care_pathway", args=[row.pathway.patient_id, row.pathway_id]),
        )


def _midday(row: CarePathway) -> datetime:
    return clock.at(row.started_on, time(12))


# A pathway is closed as a whole: its end and its steps are read on its own page, and go with it.
STARTS = Source(
    "pathway",
    gettext_lazy("Parcours"),
    "person-walking",
    "started_at",
    _started,
    Words(
        lambda keys: [CarePathway.objects.filter(pk__in=keys).select_related("version", "lead")],
        _start_entries,
    ),
    author="lead",
)
ENDS = Source(
    "pathway_end",
    gettext_lazy("Fins de parcours"),
    "check-circle",
    "ended_at",
    _ended,
    Words(
        lambda keys: [CarePathway.objects.filter(pk__in=keys).select_related("version", "ended_by")],
        _end_entries,
    ),
    may_be_opposed=False,
    part_of=(STARTS.kind, "pk"),
)
STEPS = Source(
    "pathway_step",
    gettext_lazy("Étapes de parcours"),
    "list-check",
    "finished_at",
    _steps,
    Words(
        lambda keys: [
            PathwayStep.objects.filter(pk__in=keys).select_related("source", "pathway__version", "done_by")
        ],
        _step_entries,
    ),
    may_be_opposed=False,
    part_of=(STARTS.kind, "pathway"),
)
for source in (STARTS, ENDS, STEPS):
    add_source(source)
