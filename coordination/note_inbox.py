"""« Notes à lire »: what is addressed to a professional and was not yet on his screen. Reads, never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from accounts.access import Visitor
from accounts.models import User
from coordination.access import without_closed
from coordination.models import EntryOpposition, Note, NoteAddressee, NoteReading
from coordination.models.note import NoteQuerySet
from coordination.models.opposition import EntryOppositionQuerySet
from coordination.note_access import KIND
from patients.access import patients_listed_for, practitioner_of
from practitioners.models import Practitioner


def unread_by(practitioner: Practitioner) -> NoteQuerySet:
    """A corrected note is to be read again. Whether the record still opens is asked by `notes_to_read`."""
    read = NoteReading.objects.filter(
        version__note=OuterRef("pk"),
        version__number=OuterRef("current_number"),
        practitioner=practitioner,
    )
    return (
        Note.objects.standing()
        .filter(addressees__practitioner=practitioner)
        .annotate(for_me=F("addressees__is_named"))
        .exclude(Exists(read))
    )


def notes_to_read(user: User) -> NoteQuerySet:
    """The worklist: only of records that still open for him, the oldest first."""
    practitioner = practitioner_of(user)
    if practitioner is None:
        return Note.objects.none()
    rows = unread_by(practitioner).filter(patient__in=patients_listed_for(user).values("pk"))
    return without_closed(rows, practitioner, KIND).order_by("written_at", "pk")


def _closed(note: str) -> EntryOppositionQuerySet:
    """What the patient closed of it; `note` is the path to its key."""
    return EntryOpposition.objects.in_force().filter(kind=KIND, entry=OuterRef(note))


def number_to_read(user: Visitor) -> int:
    """For the menu and « Ma journée »."""
    return notes_to_read(user).count() if isinstance(user, User) else 0


def unread_since(moment: datetime, practitioners: Collection[int] | None = None) -> dict[int, list[Note]]:
    """By professional (key): what was written or corrected for him since `moment` and he has not read. One query.

    For the digest: its message names neither patient nor content, and its link leads to the worklist, which asks
    again what still opens.
    """
    rows = (
        NoteAddressee.objects.filter(
            note__withdrawn_at=None,
            note__versions__number=F("note__current_number"),
            note__versions__written_at__gte=moment,
        )
        .exclude(
            Exists(
                NoteReading.objects.filter(
                    version__note=OuterRef("note"),
                    version__number=OuterRef("note__current_number"),
                    practitioner=OuterRef("practitioner"),
                )
            )
        )
        .exclude(
            Exists(_closed("note").filter(Q(practitioner=None) | Q(practitioner=OuterRef("practitioner"))))
        )
        .select_related("note__author__profession", "note__patient")
        .order_by("practitioner", "note__written_at", "note")
    )
    if practitioners is not None:
        rows = rows.filter(practitioner__in=practitioners)
    found: dict[int, list[Note]] = defaultdict(list)
    for row in rows:
        found[row.practitioner_id].append(row.note)
    return dict(found)
