"""Visits by video in the timeline: how it went, how long, and the way to its report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordination.timeline import Entry, Source, Words, add_source
from patients.models import Patient
from practitioners.models import Practitioner
from teleconsult.models import VideoState, VideoVisit

KIND = "video_visit"
# The others are in the timeline as appointments; here stands what happened before the screen.
TOLD = (VideoState.DONE, VideoState.INTERRUPTED, VideoState.MISSED)


def _rows(patient: Patient, reader: Practitioner | None) -> QuerySet[VideoVisit]:
    rows = VideoVisit.objects.filter(appointment__patient=patient, state__in=TOLD)
    return rows.annotate(at=F("appointment__start_at"))


def _lines(rows: Iterable[VideoVisit]) -> Iterator[Entry]:
    for row in rows:
        yield Entry(
            kind=KIND,
            pk=row.pk,
            at=row.appointment.start_at,
            title=_("Téléconsultation"),
            summary=_summary(row),
            author=row.appointment.practitioner.display_name,
            whole=row.appointment_id,
            url=reverse("note", args=[row.report_id]) if row.report_id else "",
            title_for_desk=_("Rendez-vous en vidéo"),
            title_for_patient=_("Rendez-vous en vidéo"),
        )


def _summary(row: VideoVisit) -> str:
    if row.state != VideoState.DONE:
        return str(row.get_state_display())
    said = []
    if row.minutes:
        said.append(ngettext("%d minute", "%d minutes", row.minutes) % row.minutes)
    if row.interrupted_at:
        said.append(_("finie par téléphone"))
    return ", ".join(said)


def _asked(keys: Iterable[int]) -> list[QuerySet[VideoVisit]]:
    return [VideoVisit.objects.filter(pk__in=keys).select_related("appointment__practitioner")]


add_source(
    Source(
        kind=KIND,
        label=gettext_lazy("Téléconsultations"),
        sign="camera-video",
        at="at",
        rows=_rows,
        entries=Words(_asked, _lines),
        clinical=False,
        author="appointment__practitioner",
        part_of=("appointment", "appointment"),
    )
)
