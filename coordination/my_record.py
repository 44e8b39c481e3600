"""The patient's own reading of his shared record: what is in it, when, by whom, and to whom he has closed it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

from django.http import Http404

from accounts.models import User
from coordination.models import EntryOpposition
from coordination.timeline import Entry, Source, source_of, sources
from coordination.timeline_page import Place, entries_of, keys_of
from patients.access import get_patient_for, is_self, patients_of
from patients.care_team import care_team_of
from patients.models import Patient
from practitioners.models import Practitioner

PAGE = 30


class Line(NamedTuple):
    source: Source
    entry: Entry
    oppositions: list[EntryOpposition]

    @property
    def title(self) -> str:
        return str(self.entry.title_for_patient or self.entry.title)


@dataclass(frozen=True)
class Page:
    lines: list[Line] = field(default_factory=list)
    older: Place | None = None


def page_for(user: User, patient: Patient, before: Place | None) -> Page:
    """A fixed number of queries. A relative does not read what is marked sensitive, nor what the person wrote alone."""
    himself = is_self(user, patient)
    kinds = [source for source in sources(clinical=True) if source.told_to_patient]
    keys = keys_of(patient, kinds, before=before, number=PAGE + 1, without_sensitive=not himself)
    shown = keys[:PAGE]
    words = entries_of(kinds, shown)
    closed: dict[tuple[str, int], list[EntryOpposition]] = defaultdict(list)
    for row in EntryOpposition.objects.in_force().filter(patient=patient).select_related("practitioner"):
        closed[row.kind, row.entry].append(row)
    lines = [
        Line(*words[place.kind, place.pk], closed.get((place.kind, place.pk), []))
        for place in shown
        if (place.kind, place.pk) in words
    ]
    return Page(lines, shown[-1] if len(keys) > PAGE else None)


def get_entry_for(user: User, pk: int, kind: str, key: int) -> tuple[Patient, Line, Practitioner | None]:
    """An entry of somebody for whom this account acts, that may be closed, with its author; 404 otherwise."""
    patient = get_patient_for(user, pk)
    source = source_of(kind)
    if source is None or not (source.may_be_opposed and source.told_to_patient):
        raise Http404
    rows = source.rows_told(patient).filter(pk=key)
    if source.sensitive and not is_self(user, patient):
        rows = rows.exclude(**{source.sensitive: True})
    found = rows.values_list(source.author or "pk", flat=True).first()
    if found is None and not rows.exists():
        raise Http404
    entry = next(iter(source.entries([key])), None)
    if entry is None:
        raise Http404
    author = Practitioner.objects.with_names().filter(pk=found).first() if source.author and found else None
    return patient, Line(source, entry, []), author


def who_could_read(patient: Patient, author: Practitioner | None) -> list[Practitioner]:
    """Those who take part in the care, but the author: what he wrote himself, he keeps."""
    team = Practitioner.objects.with_names().filter(pk__in=care_team_of(patient))
    if author is not None:
        team = team.exclude(pk=author.pk)
    return list(team.order_by("last_name", "first_name", "pk"))


def get_opposition_for(user: User, pk: int) -> EntryOpposition:
    row = EntryOpposition.objects.in_force().filter(pk=pk, patient__in=patients_of(user).values("pk")).first()
    if row is None:
        raise Http404
    return row
