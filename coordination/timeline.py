"""What happened in this house in one patient's life, gathered from what each room keeps: no second copy to go stale.

A room names its own happenings once (`add_source`, in its AppConfig.ready). A page of the timeline costs one
statement for the newest keys of all kinds, and one per kind for their words, however long the life.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from patients.models import Patient
from practitioners.models import Practitioner


@dataclass(frozen=True)
class Entry:
    """One line as it is read: when, what, by whom, and where the whole of it is."""

    kind: str
    pk: int
    at: datetime
    title: str | Promise
    summary: str = ""
    author: str = ""
    url: str = ""


@dataclass(frozen=True)
class Source:
    """One kind of happening.

    `rows` answers a queryset of this patient's rows, annotated with nothing but `at` (a datetime) for the order:
    `.values_list("pk", at)` must be possible. `entries` turns keys into lines, in a fixed number of queries.
    A kind that is not `clinical` (an appointment) is read by the desk too.
    """

    kind: str
    label: str | Promise
    sign: str
    at: str
    rows: Callable[[Patient, Practitioner | None], QuerySet[Any, Any]]
    entries: Callable[[Collection[int]], Iterable[Entry]]
    clinical: bool = True


_sources: dict[str, Source] = {}


def add_source(source: Source) -> None:
    """Called once by the room that keeps the rows; the order is the order of the filters."""
    _sources[source.kind] = source


def sources(*, clinical: bool) -> list[Source]:
    """All kinds for who takes part in the care; the administrative ones for the desk."""
    return [source for source in _sources.values() if clinical or not source.clinical]
