"""Notes as they are read: the words of now, who was asked to read, who has. The same number of queries for any."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.db.models import QuerySet

from coordination.measures import written
from coordination.models import Measure, Note, NoteAddressee, NoteReading, NoteVersion
from practitioners.models import Practitioner


@dataclass(frozen=True)
class Receipt:
    practitioner: Practitioner
    is_named: bool
    read_at: datetime | None
    earlier: int | None = None
    """The version that he has read, where it is not the latest."""


@dataclass
class NoteCard:
    note: Note
    version: NoteVersion
    measures: list[str]
    receipts: list[Receipt] = field(default_factory=list)
    reader: Practitioner | None = None

    @property
    def is_mine(self) -> bool:
        return self.reader is not None and self.note.author_id == self.reader.pk

    @property
    def shows_words(self) -> bool:
        """What was withdrawn may have been written in the wrong record: its author alone reads it still."""
        return not self.note.is_withdrawn or self.is_mine

    @property
    def is_corrected(self) -> bool:
        return self.version.number > 1

    @property
    def read_by(self) -> list[Receipt]:
        return [one for one in self.receipts if one.read_at]

    @property
    def not_read_by(self) -> list[Receipt]:
        return [one for one in self.receipts if not one.read_at]

    @property
    def named(self) -> list[Receipt]:
        return [one for one in self.receipts if one.is_named]

    @property
    def waits_for_me(self) -> bool:
        return (
            not self.note.is_withdrawn
            and self.reader is not None
            and any(one.practitioner.pk == self.reader.pk and not one.read_at for one in self.receipts)
        )


def cards(notes: Iterable[Note], reader: Practitioner | None) -> list[NoteCard]:
    """Notes come with their author (`with_author`). Four more queries."""
    rows = list(notes)
    keys = [note.pk for note in rows]
    versions = {one.note_id: one for one in NoteVersion.objects.current().filter(note__in=keys)}
    measures = measures_of(one.pk for one in versions.values())
    receipts = _receipts(keys, versions)
    return [
        NoteCard(
            note, versions[note.pk], measures.get(versions[note.pk].pk, []), receipts.get(note.pk, []), reader
        )
        for note in rows
    ]


def history(note: Note, reader: Practitioner) -> list[NoteCard]:
    """Every version, the latest first."""
    versions = list(NoteVersion.objects.filter(note=note).order_by("-number"))
    measures = measures_of(one.pk for one in versions)
    return [NoteCard(note, one, measures.get(one.pk, []), reader=reader) for one in versions]


def measures_of(versions: Iterable[int]) -> dict[int, list[str]]:
    """By version, in one query."""
    return measures_told(measure_rows().filter(version__in=list(versions)))


def measure_rows() -> QuerySet[Measure]:
    """In the order in which they are read."""
    return Measure.objects.select_related("component__kind").order_by(
        "version",
        "component__kind__position",
        "component__kind__name",
        "component__kind",
        "component__position",
    )


def measures_told(rows: Iterable[Measure]) -> dict[int, list[str]]:
    """By version: « TUG 15,2 s », « Tension 135 / 80 mmHg »."""
    found: dict[int, list[str]] = defaultdict(list)
    for (version, _kind), group in groupby(rows, key=lambda one: (one.version_id, one.component.kind_id)):
        parts = list(group)
        kind = parts[0].component.kind
        text = written(kind, [(one.component, one.value) for one in parts])
        found[version].append(f"{kind.short_name} {text}")
    return dict(found)


def _receipts(keys: list[int], versions: dict[int, NoteVersion]) -> dict[int, list[Receipt]]:
    read: dict[tuple[int, int], dict[int, datetime]] = defaultdict(dict)
    for note, reader, number, at in NoteReading.objects.filter(version__note__in=keys).values_list(
        "version__note", "practitioner", "version__number", "at"
    ):
        read[note, reader][number] = at
    found: dict[int, list[Receipt]] = defaultdict(list)
    rows = NoteAddressee.objects.filter(note__in=keys).select_related("practitioner__profession")
    for row in rows.order_by(
        "note", "-is_named", "practitioner__last_name", "practitioner__first_name", "pk"
    ):
        seen = read[row.note_id, row.practitioner_id]
        read_at = seen.get(versions[row.note_id].number)
        earlier = max(seen) if seen and read_at is None else None
        found[row.note_id].append(Receipt(row.practitioner, row.is_named, read_at, earlier))
    return found
