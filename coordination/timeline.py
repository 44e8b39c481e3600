"""What happened in this house in one patient's life, gathered from what each room keeps: no second copy to go stale.

A room names its own happenings once (`add_source`, in `coordination/timeline_<noun>.py`, imported by
`CoordinationConfig.ready`). A page of the timeline (`timeline_page.page_of`) costs one statement for the newest keys
of all kinds, one for the oppositions, and one for the words of all kinds, however long the life.

**Oppositions to one entry.** A patient may close one entry (kind, key) to one professional, or to all but its author.
The timeline honours it by itself. Whoever shows the same row elsewhere (its own page, a file to download, an export)
asks `coordination.access`:

    patient, reader = access.open_record(request.user, pk)            # the door, with its line in the trail
    notes = access.readable(Note.objects.filter(patient=patient), patient, reader, "note")
    note = access.get_entry_or_404(notes, patient, reader, "note", note_pk)

A doctor who broke the glass within the hour reads everything; `Reader.overrides` says so, and the page tells him.
What is hidden is missing: neither counted nor announced.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from core.db import together
from patients.models import Patient
from practitioners.models import Practitioner


@dataclass(frozen=True)
class Entry:
    """One line as it is read: when, what, by whom, and where the whole of it is.

    `title_for_desk` and `title_for_patient` stand for the title where it says too much; the summary of a
    clinical kind is never shown to the desk, and to nobody in the patient's own list. `whole`: the key of the entry to
    which this one belongs, where its kind is a part of another.
    """

    kind: str
    pk: int
    at: datetime
    title: str | Promise
    summary: str | Promise = ""
    author: str = ""
    url: str = ""
    whole: int = 0
    title_for_desk: str | Promise = ""
    title_for_patient: str | Promise = ""


@dataclass(frozen=True)
class Words:
    """How the lines of one kind are written: what `asks` of the database for some keys, and what it `tells` of the
    rows, a list for each question. The questions of all kinds of a page go in one statement.
    """

    asks: Callable[[Any], Sequence[QuerySet[Any, Any]]]
    tells: Callable[..., Iterable[Entry]]

    def __call__(self, keys: Collection[int]) -> Iterable[Entry]:
        return self.tells(*together(*self.asks(keys)))


@dataclass(frozen=True)
class Source:
    """One kind of happening.

    `rows` answers a queryset of this patient's rows, annotated with nothing but `at` (a datetime) for the order:
    `.values_list("pk", at)` must be possible. `entries` turns keys into lines: `Words`, or a
    function that asks by itself, a query more on each page.
    A kind that is not `clinical` (an appointment) is read by the desk too.

    Two paths of the model make the filters work; a kind without them is left out when one asks for an author or a word:
    `author`, to the Practitioner who did it (`"practitioner"`, `"author__practitioner"` from an account);
    `searched`, to the texts of the title (`sensitive`: path to the mark of rows whose title the desk does not read,
    nor finds by a word). `may_be_opposed` False: what the patient cannot close (his own words); the source says why.
    `part_of`: kind of the whole to which each row belongs, and the path to its key; closing the whole closes its parts.
    `told_to_patient` False: kept out of his own list, which reads `for_patient` where `rows` gives a reader without
    a practice nothing.
    """

    kind: str
    label: str | Promise
    sign: str
    at: str
    rows: Callable[[Patient, Practitioner | None], QuerySet[Any, Any]]
    entries: Words | Callable[[Any], Iterable[Entry]]
    clinical: bool = True
    author: str = ""
    searched: tuple[str, ...] = ()
    sensitive: str = ""
    may_be_opposed: bool = True
    part_of: tuple[str, str] | None = None
    told_to_patient: bool = True
    for_patient: Callable[[Patient], QuerySet[Any, Any]] | None = None

    def rows_told(self, patient: Patient) -> QuerySet[Any, Any]:
        """What the patient himself is told is there."""
        return self.for_patient(patient) if self.for_patient else self.rows(patient, None)

    def without[Q: QuerySet[Any, Any]](self, rows: Q, hidden: Mapping[str, Collection[int]]) -> Q:
        """Without what is closed by itself or with the whole to which it belongs."""
        if closed := hidden.get(self.kind):
            rows = rows.exclude(pk__in=closed)
        if self.part_of and (closed := hidden.get(self.part_of[0])):
            rows = rows.exclude(**{f"{self.part_of[1]}__in": closed})
        return rows

    def is_closed(self, entry: Entry, opposed: Mapping[str, Collection[int]]) -> bool:
        if entry.pk in opposed.get(self.kind, ()):
            return True
        return self.part_of is not None and entry.whole in opposed.get(self.part_of[0], ())


_sources: dict[str, Source] = {}


def add_source(source: Source) -> None:
    """Called once by the room that keeps the rows; the order is the order of the filters."""
    _sources[source.kind] = source


def sources(*, clinical: bool) -> list[Source]:
    """All kinds for who takes part in the care; the administrative ones for the desk."""
    return [source for source in _sources.values() if clinical or not source.clinical]


def source_of(kind: str) -> Source | None:
    return _sources.get(kind)
