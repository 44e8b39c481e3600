"""The author corrects what he wrote, or withdraws it. What was written stays."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination.actions.write_note import NothingWritten, Words, add_version
from coordination.models import Note
from coordination.waiting_notes import forget_notes_of
from core import clock
from core.audit.record import record
from core.refusal import Refusal


class AlreadyWithdrawn(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette note vient d’être retirée."))


class CorrectedMeanwhile(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette note vient d’être corrigée dans une autre fenêtre. Relisez-la d’abord."))


def revise_note(note: Note, words: Words, *, actor: User, because: str, seen_number: int) -> Note:
    """One more version; the earlier ones stay readable. `seen_number` is the version that was corrected."""
    if not words.text and not words.readings:
        raise NothingWritten
    now = clock.now()
    with transaction.atomic():
        note = Note.objects.select_for_update(of=("self",), no_key=True).get(pk=note.pk)
        if note.is_withdrawn:
            raise AlreadyWithdrawn
        if note.current_number != seen_number:
            raise CorrectedMeanwhile
        note.current_number += 1
        note.save(update_fields=["current_number"])
        add_version(note, words, now, because)
        forget_notes_of(note.pk)
        record(actor, "note.revised", note, patient_id=note.patient_id, version=note.current_number)
    return note


def withdraw_note(note: Note, *, actor: User, reason: str) -> Note:
    """It was wrong, or in the wrong record: its words are shown to its author only from now on."""
    with transaction.atomic():
        note = Note.objects.select_for_update(of=("self",), no_key=True).get(pk=note.pk)
        if note.is_withdrawn:
            raise AlreadyWithdrawn
        note.withdrawn_at, note.withdrawn_reason = clock.now(), reason
        note.save(update_fields=["withdrawn_at", "withdrawn_reason"])
        forget_notes_of(note.pk)
        record(actor, "note.withdrawn", note, patient_id=note.patient_id)
    return note
