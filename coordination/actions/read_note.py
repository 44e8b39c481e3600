"""The receipt: a version of a note was on an addressee's screen."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from coordination.models import Note, NoteAddressee, NoteReading, NoteVersion
from coordination.waiting_notes import forget_notes_of
from core import clock
from core.audit.record import record
from core.formats import french
from patients.access import OPENED
from practitioners.models import Practitioner

READ = f"{OPENED}_note"


def mark_read(note: Note, reader: Practitioner, *, actor: User) -> None:
    """The receipt of an addressee, for the version of now. Anybody else's reading leaves its line in the trail only."""
    with transaction.atomic():
        if receipt(note, reader, clock.now()):
            # Among the lines that the patient reads: which note, never what it says.
            reason = _("a lu une note écrite le %(day)s") % {
                "day": french.full_day_with_year(note.written_at)
            }
            record(actor, READ, note, patient_id=note.patient_id, reason=reason, version=note.current_number)


def receipt(note: Note, reader: Practitioner, now: datetime) -> bool:
    if not NoteAddressee.objects.filter(note=note, practitioner=reader).exists():
        return False
    version = NoteVersion.objects.get(note=note, number=note.current_number)
    _row, is_new = NoteReading.objects.get_or_create(
        version=version, practitioner=reader, defaults={"at": now}
    )
    forget_notes_of(note.pk)
    return is_new
