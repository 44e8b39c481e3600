"""Notes as lines of the timeline: for each reader those that he may read, and of withdrawn ones only that they were."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.models import Measure, Note, NoteVersion
from coordination.note_access import notes_for
from coordination.note_cards import measure_rows, measures_told
from coordination.timeline import Entry, Source, Words, add_source
from patients.models import Patient
from practitioners.models import Practitioner

LONGEST = 200


def _rows(patient: Patient, reader: Practitioner | None) -> QuerySet[Any, Any]:
    """With the words of now for the search; withdrawn ones are not found by what they said."""
    is_current = Q(versions__number=F("current_number"), withdrawn_at=None)
    return notes_for(patient, reader).annotate(current=FilteredRelation("versions", condition=is_current))


def _told(patient: Patient) -> QuerySet[Any, Any]:
    """The patient knows that a note is there, when and by whom; its words are explained to him by who wrote them."""
    return Note.objects.filter(patient=patient, withdrawn_at=None)


def _asked(keys: Collection[int]) -> list[QuerySet[Any, Any]]:
    versions = NoteVersion.objects.current().filter(note__in=keys)
    return [
        Note.objects.filter(pk__in=keys).with_author(),
        versions,
        measure_rows().filter(version__in=versions.values("pk")),
    ]


def _entries(
    notes: Iterable[Note], versions: Iterable[NoteVersion], rows: Iterable[Measure]
) -> Iterator[Entry]:
    words = {one.note_id: one for one in versions}
    measures = measures_told(rows)
    for note in notes:
        version = words[note.pk]
        yield Entry(
            kind="note",
            pk=note.pk,
            at=note.written_at,
            title=_("Note retirée") if note.is_withdrawn else note.get_kind_display().capitalize(),
            summary=note.withdrawn_reason
            if note.is_withdrawn
            else _summary(measures.get(version.pk, []), version.text),
            author=f"{note.author.display_name}, {note.author.profession_name}",
            url=reverse("note", args=[note.pk]),
            title_for_patient=_("Note écrite pour votre équipe de soins"),
        )


def _summary(measures: list[str], text: str) -> str:
    words = " ".join(text.split())
    if len(words) > LONGEST:
        words = f"{words[:LONGEST].rsplit(' ', 1)[0]}…"
    return " · ".join([*measures, *([words] if words else [])])


add_source(
    Source(
        kind="note",
        label=gettext_lazy("Notes"),
        sign="journal-text",
        at="written_at",
        rows=_rows,
        for_patient=_told,
        entries=Words(_asked, _entries),
        author="author",
        searched=("current__text",),
    )
)
