"""« Notes à lire »: what is addressed to a professional and was not yet on his screen. Reads, never writes."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef

from accounts.access import Visitor
from accounts.models import User
from coordination.access import without_closed
from coordination.models import Note, NoteReading
from coordination.models.note import NoteQuerySet
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


def number_to_read(user: Visitor) -> int:
    """For the menu and « Ma journée »."""
    return notes_to_read(user).count() if isinstance(user, User) else 0
