"""What was written during a call, kept as a note because a professional asks for it. Otherwise it is nowhere."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from coordination.actions.write_note import Address, NothingWritten, Words, write_note
from coordination.models import Note, NoteKind
from coordination.models.note import LONGEST_TEXT
from coordination.note_access import colleagues_of
from core.audit.record import record
from core.refusal import Refusal
from patients.access import practitioner_of
from teleconsult.models import VideoVisit


class NoRecord(Refusal):
    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Cette discussion ne peut pas être gardée : le rendez-vous n’a pas de dossier.")
        )


def keep_chat(visit: VideoVisit, transcript: str, *, by: User) -> Note:
    """To the team of the patient, in the name of who asks. Raises `NoRecord`, `NothingWritten`."""
    patient, author = visit.appointment.patient, practitioner_of(by)
    said = transcript.replace("\x00", "").strip()
    if patient is None or author is None:
        raise NoRecord
    if not said:
        raise NothingWritten
    head = _("Discussion écrite pendant la téléconsultation :")
    with transaction.atomic():
        note = write_note(
            patient,
            author,
            Words(f"{head}\n{said}"[:LONGEST_TEXT]),
            actor=by,
            kind=NoteKind.OBSERVATION,
            address=Address(colleagues_of(patient, author)),
        )
        record(by, "video_visit.chat_kept", visit, patient_id=patient.pk, note=note.pk)
    return note
