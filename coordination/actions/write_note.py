"""A professional writes to those who care for the same person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination.actions.read_note import receipt
from coordination.models import (
    Measure,
    MeasureComponent,
    Note,
    NoteAddressee,
    NoteKind,
    NoteVersion,
)
from coordination.note_access import Colleague
from coordination.waiting_notes import forget_notes_of
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from patients.models import Patient
from practitioners.models import Practitioner


class NothingWritten(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Écrivez un texte ou au moins une mesure."))


class NobodyToRead(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Choisissez au moins un destinataire, ou toute l’équipe."))


class Reading(NamedTuple):
    """A value as it was typed and accepted. `is_confirmed`: unusual, and looked at twice."""

    component: MeasureComponent
    value: Decimal
    is_confirmed: bool = False


class Words(NamedTuple):
    """What one version holds."""

    text: str
    readings: tuple[Reading, ...] = ()
    observed_at: datetime | None = None


class Address(NamedTuple):
    """`colleagues` is the team of this patient now: only its members are addressed."""

    colleagues: Iterable[Colleague]
    for_team: bool = True
    named: Iterable[Practitioner] = ()


def write_note(
    patient: Patient,
    author: Practitioner,
    words: Words,
    *,
    actor: User,
    kind: NoteKind,
    address: Address,
    in_reply_to: Note | None = None,
) -> Note:
    """For the team: every health professional of it. Whoever else is to read is named. A team of one may write for
    those who come after him.
    """
    if not words.text and not words.readings:
        raise NothingWritten
    addressed = _addressees(address)
    if not addressed and not address.for_team:
        raise NobodyToRead
    now = clock.now()
    with transaction.atomic():
        note = Note.objects.create(
            patient=patient,
            author=author,
            kind=kind if words.text else NoteKind.MEASUREMENT,
            for_team=address.for_team,
            in_reply_to=in_reply_to,
            written_at=now,
        )
        for one in addressed:
            one.note = note
        NoteAddressee.objects.bulk_create(addressed)
        add_version(note, words, now)
        if in_reply_to is not None:
            receipt(in_reply_to, author, now)
        forget_notes_of(note.pk)
        record(actor, "note.written", note, patient_id=patient.pk, kind=str(note.kind), to=len(addressed))
    return note


def _addressees(address: Address) -> list[NoteAddressee]:
    chosen = {one.pk for one in address.named}
    return [
        NoteAddressee(practitioner=one.practitioner, is_named=one.practitioner.pk in chosen)
        for one in address.colleagues
        if one.practitioner.pk in chosen or (address.for_team and one.reads_for_the_team)
    ]


def add_version(note: Note, words: Words, now: datetime, because: str = "") -> None:
    version = NoteVersion.objects.create(
        note=note,
        number=note.current_number,
        text=words.text,
        observed_at=min(words.observed_at or now, now),
        written_at=now,
        because=because,
    )
    Measure.objects.bulk_create(
        Measure(version=version, component=one.component, value=one.value, is_confirmed=one.is_confirmed)
        for one in words.readings
    )
