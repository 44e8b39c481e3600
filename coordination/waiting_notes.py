"""How many notes wait to be read by one person: shown on every page, so counted once a minute at most."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.access import Visitor, gives_care
from accounts.models import User
from appointments.duties import add_duties
from coordination.models import NoteAddressee
from coordination.note_inbox import number_to_read
from coordination.remembered import forget, remembered

NOTES = "notes"


def notes_waiting(user: Visitor) -> int:
    return remembered(user, NOTES, number_to_read) if gives_care(user) else 0


def forget_notes_of(note_id: int) -> None:
    """A note was written, corrected, withdrawn or read: what was known of its addressees is no longer true."""
    rows = NoteAddressee.objects.filter(note=note_id, practitioner__user__isnull=False)
    touched = list(rows.values_list("practitioner__user", flat=True))
    transaction.on_commit(lambda: forget(NOTES, touched))


def _duties(user: User) -> list[tuple[str, str]]:
    """For « Ma journée »: words and where. Nothing is said of nought."""
    number = notes_waiting(user)
    if not number:
        return []
    return [(ngettext("%d note à lire", "%d notes à lire", number) % number, reverse("note_inbox"))]


add_duties(_duties)
