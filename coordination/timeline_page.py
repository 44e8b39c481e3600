"""A page of the timeline: the newest entries of all kinds that somebody may read, or the older ones from a place on."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, islice
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, F, Q, QuerySet, Value

from coordination.access import Reader, hidden_entries, oppositions_to
from coordination.timeline import Entry, Source, Words, sources
from core import clock
from core.db import together
from patients.models import Patient
from practitioners.models import Practitioner

PAGE = 30
_IN_ORDER = 'AS line (moment, kind, key) ORDER BY moment DESC, kind COLLATE "C" DESC, key DESC LIMIT %s'


class Place(NamedTuple):
    """The last line that was shown; its three parts order the timeline without ties."""

    at: datetime
    kind: str
    pk: int

    def __str__(self) -> str:
        return f"{int(self.at.timestamp() * 1_000_000)}.{self.kind}.{self.pk}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        parts = text.split(".")
        if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in (parts[0], parts[2])):
            return None
        if len(parts[0]) > 16 or len(parts[2]) > 18:
            return None
        try:
            seconds, micro = divmod(int(parts[0]), 1_000_000)
            at = datetime.fromtimestamp(seconds, clock.PARIS).replace(microsecond=micro)
        except (OverflowError, OSError, ValueError):
            return None
        return cls(at, parts[1], int(parts[2]))


@dataclass(frozen=True)
class Wanted:
    """What the filters ask for; nothing asked is everything."""

    kinds: frozenset[str] = frozenset()
    author: int | None = None
    since: date | None = None
    until: date | None = None
    words: str = ""
    before: Place | None = None

    @property
    def is_narrowed(self) -> bool:
        return bool(self.kinds or self.author or self.since or self.until or self.words)


class Line(NamedTuple):
    """An entry as one reader sees it. `is_opposed`: closed to him, shown because he broke the glass."""

    source: Source
    entry: Entry
    title: Any
    summary: Any
    is_opposed: bool


@dataclass(frozen=True)
class Page:
    lines: list[Line] = field(default_factory=list)
    older: Place | None = None

    @property
    def opposed(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for line in self.lines:
            if line.is_opposed:
                found[line.entry.kind].add(line.entry.pk)
        return dict(found)


def page_of(
    patient: Patient,
    reader: Reader,
    wanted: Wanted,
    *,
    opposed: dict[str, set[int]] | None = None,
    size: int = PAGE,
) -> Page:
    """One query for the keys, one for the oppositions (unless given), one for the words."""
    opposed = oppositions_to(patient, reader) if opposed is None else opposed
    hidden = {} if reader.overrides else opposed
    kinds = sources(clinical=not reader.at_desk)
    keys = _keys(patient, reader.practitioner, kinds, wanted, hidden, size + 1)
    shown = keys[:size]
    by_key = entries_of(kinds, shown)
    lines = [
        _line(source, entry, reader, source.is_closed(entry, opposed))
        for place in shown
        if (found := by_key.get((place.kind, place.pk)))
        for source, entry in [found]
    ]
    return Page(lines, shown[-1] if len(keys) > size else None)


def _line(source: Source, entry: Entry, reader: Reader, is_opposed: bool) -> Line:
    if reader.at_desk:
        return Line(source, entry, entry.title_for_desk or entry.title, entry.summary, False)
    return Line(source, entry, entry.title, entry.summary, is_opposed)


def entries_of(
    kinds: Iterable[Source], places: Iterable[Place]
) -> dict[tuple[str, int], tuple[Source, Entry]]:
    """The words of these lines; one query, whatever their kinds."""
    keys: dict[str, list[int]] = defaultdict(list)
    for place in places:
        keys[place.kind].append(place.pk)
    return words_of([source for source in kinds if source.kind in keys], keys)


def words_of(
    named: Sequence[Source], keys: Mapping[str, Collection[int] | QuerySet[Any, Any]]
) -> dict[tuple[str, int], tuple[Source, Entry]]:
    """One statement; the keys of a kind may be a question themselves. A kind that asks by itself costs its own."""
    asked = {one.kind: one.entries.asks(keys[one.kind]) for one in named if isinstance(one.entries, Words)}
    answers = iter(together(*chain.from_iterable(asked.values())))
    found: dict[tuple[str, int], tuple[Source, Entry]] = {}
    for one in named:
        if isinstance(one.entries, Words):
            lines = one.entries.tells(*islice(answers, len(asked[one.kind])))
        else:
            lines = one.entries(keys[one.kind])
        found |= {(one.kind, entry.pk): (one, entry) for entry in lines}
    return found


def _keys(
    patient: Patient,
    practitioner: Practitioner | None,
    kinds: Iterable[Source],
    wanted: Wanted,
    hidden: Mapping[str, Collection[int]],
    number: int,
) -> list[Place]:
    branches = []
    for source in kinds:
        rows = matching(source, patient, practitioner, wanted)
        if rows is not None:
            rows = source.without(rows, hidden)
            branches.append(_newest(rows, source, wanted.before, number))
    return [Place(*row) for row in _united(branches, _IN_ORDER, number)]


def keys_of(
    patient: Patient, kinds: Iterable[Source], *, before: Place | None, number: int, without_sensitive: bool
) -> list[Place]:
    """What the patient himself is told is there, whoever may read it."""
    branches = []
    for source in kinds:
        rows = source.rows_told(patient)
        if without_sensitive and source.sensitive:
            rows = rows.exclude(**{source.sensitive: True})
        branches.append(_newest(rows, source, before, number))
    return [Place(*row) for row in _united(branches, _IN_ORDER, number)]


def _united(branches: Iterable[QuerySet[Any, Any]], tail: str, *values: int) -> list[tuple[Any, ...]]:
    """UNION ALL by hand: Django's own loses the order by an annotation of a branch that is cut short."""
    parts: list[str] = []
    parameters: list[Any] = []
    for rows in branches:
        try:
            statement, given = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"({statement})")
        parameters += given
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({' UNION ALL '.join(parts)}) {tail}", [*parameters, *values])  # noqa: S608
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _newest(
    rows: QuerySet[Any, Any], source: Source, before: Place | None, number: int
) -> QuerySet[Any, Any]:
    """Each branch brings no more than the page needs, so that an index can stop early."""
    rows = rows.order_by().annotate(
        moment=F(source.at), kind_name=Value(source.kind, output_field=CharField()), row_key=F("pk")
    )
    if before is not None:
        after_in_order = Q(moment__lt=before.at)
        if source.kind < before.kind:
            after_in_order |= Q(moment=before.at)
        elif source.kind == before.kind:
            after_in_order |= Q(moment=before.at, pk__lt=before.pk)
        rows = rows.filter(after_in_order)
    return rows.order_by("-moment", "-row_key").values_list("moment", "kind_name", "row_key")[:number]


def matching(
    source: Source, patient: Patient, practitioner: Practitioner | None, wanted: Wanted
) -> QuerySet[Any, Any] | None:
    """None where the kind is left out by what is asked."""
    if wanted.kinds and source.kind not in wanted.kinds:
        return None
    rows = source.rows(patient, practitioner)
    if wanted.author is not None:
        if not source.author:
            return None
        rows = rows.filter(**{source.author: wanted.author})
    if wanted.since:
        rows = rows.filter(**{f"{source.at}__gte": clock.day_bounds(wanted.since)[0]})
    if wanted.until:
        rows = rows.filter(**{f"{source.at}__lt": clock.day_bounds(wanted.until)[1]})
    if wanted.words and plain(wanted.words) not in plain(str(source.label)):
        if not source.searched:
            return None
        said = Q()
        for path in source.searched:
            said |= Q(**{f"{path}__unaccent__icontains": wanted.words})
        rows = rows.filter(said)
        if practitioner is None and source.sensitive:
            rows = rows.exclude(**{source.sensitive: True})
    return rows


def authors_of(
    patient: Patient, reader: Reader, hidden: Mapping[str, Collection[int]] | None = None
) -> list[Practitioner]:
    """Who did something of what is listed: the choices of the filter. One query, and `hidden` unless given."""
    closed = hidden_entries(patient, reader) if hidden is None else hidden
    did = Q(pk__in=())
    for source in sources(clinical=not reader.at_desk):
        if source.author:
            rows = source.without(source.rows(patient, reader.practitioner), closed)
            did |= Q(pk__in=rows.order_by().values(source.author))
    found = Practitioner.objects.filter(did).with_names()
    return list(found.order_by("last_name", "first_name", "pk"))


def plain(text: str) -> str:
    """Without accents and capitals."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))
