"""Who reads which note. Hidden and missing answer the same 404 (docs/decisions: who reads a coordination note)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from accounts.models import User
from coordination import access
from coordination.access import Reader
from coordination.models import Note, NoteAddressee
from coordination.models.note import NoteQuerySet
from patients import consents
from patients.access import readers_of
from patients.models import Patient
from practitioners.models import Practitioner

# The kind of the timeline, by which the patient closes one of them.
KIND = "note"


def reads_for_the_team(reader: Practitioner) -> bool:
    """A health professional of the house. Whom the patient must first be told about reads only what names him."""
    return consents.word_needed(reader) is None


def notes_for(patient: Patient, reader: Practitioner | None) -> NoteQuerySet:
    """What of this patient's notes is meant for this professional. That he may open the record is the door's question.

    Nobody without a practice reads any: the desk has no clinical text.
    """
    notes = Note.objects.filter(patient=patient)
    if reader is None:
        return notes.none()
    if reads_for_the_team(reader):
        return notes
    named = NoteAddressee.objects.filter(note=OuterRef("pk"), practitioner=reader, is_named=True)
    return notes.filter(Q(author=reader) | Exists(named))


def readable_notes(patient: Patient, reader: Reader) -> NoteQuerySet:
    """The same, without those that the patient closed to him."""
    return access.readable(notes_for(patient, reader.practitioner), patient, reader, KIND)


def open_for_care(user: User, pk: int) -> tuple[Patient, Practitioner, Reader]:
    """The record for who takes part in the care, and himself. The opening leaves its line; the desk reads 404."""
    patient, reader = access.open_record(user, pk)
    if reader.practitioner is None:
        raise Http404
    return patient, reader.practitioner, reader


def get_note(user: User, pk: int) -> tuple[Note, Practitioner, Reader]:
    """A note that this professional may read today; the opening of the record leaves its line."""
    patient, practitioner, reader = open_for_care(user, _patient_of(pk))
    rows = notes_for(patient, practitioner).with_author()
    return access.get_entry_or_404(rows, patient, reader, KIND, pk), practitioner, reader


def get_shown_note(user: User, pk: int) -> tuple[Note, Practitioner]:
    """The same for a note that is on the screen already: its receipt is no second opening of the record."""
    patient, reader = access.reopen_record(user, _patient_of(pk))
    if reader.practitioner is None:
        raise Http404
    note = readable_notes(patient, reader).with_author().filter(pk=pk).first()
    if note is None:
        raise Http404
    return note, reader.practitioner


def _patient_of(pk: int) -> int:
    key = Note.objects.filter(pk=pk).values_list("patient", flat=True).first()
    if key is None:
        raise Http404
    return key


def get_own_note(user: User, pk: int) -> tuple[Note, Reader]:
    """Only its author corrects or withdraws a note, and only while it stands."""
    note, practitioner, reader = get_note(user, pk)
    if note.author_id != practitioner.pk or note.is_withdrawn:
        raise Http404
    return note, reader


@dataclass(frozen=True)
class Colleague:
    """Somebody of the patient's team to whom a note can be addressed."""

    practitioner: Practitioner

    @property
    def reads_for_the_team(self) -> bool:
        return reads_for_the_team(self.practitioner)


def colleagues_of(patient: Patient, author: Practitioner) -> list[Colleague]:
    """Those of the team who sign in here and against whom nothing stands, by name. A fixed number of queries."""
    return [Colleague(one) for one in readers_of(patient) if one.pk != author.pk]
