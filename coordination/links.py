"""Entries of a patient's timeline that a message speaks of: offered, and shown to who may read them that day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from coordination.access import Reader, hidden_entries
from coordination.models import Message
from coordination.timeline import Entry, sources
from coordination.timeline_page import Wanted, page_of, words_of
from core.formats import french
from patients.models import Patient

OFFERED = 15
# A conversation does not speak of itself.
OWN_KIND = "conversation"


def entries_to_link(patient: Patient, reader: Reader) -> list[tuple[str, str]]:
    """The latest that this reader may open: keys as the form sends them, and words."""
    lines = page_of(patient, reader, Wanted(), size=OFFERED).lines
    return [
        (f"{line.entry.kind}.{line.entry.pk}", f"{french.short_day(line.entry.at)} · {line.title}")
        for line in lines
        if line.entry.kind != OWN_KIND and not line.is_opposed
    ]


def linked_entries(
    messages: Collection[Message], patient: Patient, reader: Reader
) -> dict[tuple[str, int], Entry]:
    """Those that this reader may open; two queries, whatever their kinds."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for message in messages:
        if message.link_kind and message.link_id is not None:
            wanted[message.link_kind].add(message.link_id)
    hidden = hidden_entries(patient, reader) if wanted else {}
    named = [source for source in sources(clinical=True) if source.kind in wanted]
    keys = {
        one.kind: one.without(one.rows(patient, reader.practitioner).filter(pk__in=wanted[one.kind]), hidden)
        for one in named
    }
    found = words_of(named, {kind: rows.order_by().values("pk") for kind, rows in keys.items()})
    return {place: entry for place, (_source, entry) in found.items()}
