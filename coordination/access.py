"""The shared record's own door: who reads it, as what, and which entries the patient closed to him."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext

from accounts.access import gives_care, is_desk
from accounts.models import User
from coordination.models import EntryOpposition
from core.audit.record import record
from patients.access import (
    OPENED,
    Opened,
    get_fragment_for_staff,
    get_patient_for_desk,
    open_for_practitioner,
    practitioner_of,
)
from patients.models import EmergencyAccess, Patient
from practitioners.access import acting_today
from practitioners.models import Practitioner


class Reader(NamedTuple):
    """Who reads one record. At the desk there is no practitioner: who, when, where, nothing clinical."""

    user: User
    practitioner: Practitioner | None
    emergency_until: datetime | None = None
    acting: tuple[int, ...] | None = None
    """In whose names he acts today, where that was asked already."""

    @property
    def at_desk(self) -> bool:
        return self.practitioner is None

    @property
    def overrides(self) -> bool:
        """He broke the glass within the hour: what is closed to him opens too, and is marked."""
        return self.emergency_until is not None


def open_record(user: User, pk: int) -> tuple[Patient, Reader]:
    """The record and its reader; leaves the line of the opening. Two hats: the carer's, where there is a reason."""
    if gives_care(user):
        try:
            opened = open_for_practitioner(user, pk)
        except Http404:
            if not is_desk(user):
                raise
        else:
            return opened.patient, _reader(user, opened)
    return get_patient_for_desk(user, pk), Reader(user, None)


def reopen_record(user: User, pk: int) -> tuple[Patient, Reader]:
    """For a part of the record's page, fetched after it: the same door, one line for all that is read together."""
    patient, opened = get_fragment_for_staff(user, pk)
    return patient, _reader(user, opened) if opened else Reader(user, None)


def _reader(user: User, opened: Opened) -> Reader:
    acting = tuple(one.pk for one in opened.acting)
    return Reader(user, opened.practitioner, opened.emergency_until, acting)


def reader_of(user: User, patient: Patient) -> Reader:
    practitioner = practitioner_of(user)
    broken = EmergencyAccess.objects.in_force().filter(patient=patient, practitioner=practitioner)
    return Reader(user, practitioner, broken.values_list("until", flat=True).order_by("-until").first())


def oppositions_to(patient: Patient, reader: Reader) -> dict[str, set[int]]:
    """The keys, by kind, of the entries that the patient closed to this reader; one query, two where he closed any.

    A trainee reads through his supervisors: what is closed to one of them is closed to him. The author always reads.
    """
    rows = list(
        EntryOpposition.objects.in_force()
        .filter(patient=patient)
        .values_list("kind", "entry", "practitioner_id", "author_id")
    )
    if not rows:
        return {}
    who = reader.practitioner
    names = {*_acting(reader), who.pk} if who else set()
    found: dict[str, set[int]] = defaultdict(set)
    for kind, entry, closed_to, author in rows:
        if (closed_to is None or closed_to in names) and not (who and author == who.pk):
            found[kind].add(entry)
    return dict(found)


def _acting(reader: Reader) -> Collection[int]:
    if reader.acting is not None or reader.practitioner is None:
        return reader.acting or ()
    return [one.pk for one in acting_today(reader.practitioner)]


def hidden_entries(patient: Patient, reader: Reader) -> dict[str, set[int]]:
    """What he does not see: `oppositions_to`, but for who broke the glass."""
    return {} if reader.overrides else oppositions_to(patient, reader)


def readable[Q: QuerySet[Any, Any]](rows: Q, patient: Patient, reader: Reader, kind: str) -> Q:
    """The rows of one kind without those that the patient closed to this reader."""
    hidden = hidden_entries(patient, reader).get(kind)
    return rows.exclude(pk__in=hidden) if hidden else rows


def without_closed[R: QuerySet[Any, Any]](rows: R, practitioner: Practitioner, kind: str) -> R:
    """Rows of many patients (worklists, counts) without what is closed to this professional; no query of its own.

    A broken glass opens one record, not the lists.
    """
    names = {practitioner.pk, *(one.pk for one in acting_today(practitioner))}
    closed = (
        EntryOpposition.objects.in_force()
        .filter(Q(practitioner=None) | Q(practitioner__in=names), kind=kind, entry=OuterRef("pk"))
        .exclude(author=practitioner)
    )
    return rows.exclude(Exists(closed))


def get_entry_or_404[M: Model](
    rows: QuerySet[M, M], patient: Patient, reader: Reader, kind: str, pk: int
) -> M:
    """One row of this patient; closed answers like missing. What opens by a broken glass only is written down."""
    row = readable(rows, patient, reader, kind).filter(pk=pk).first()
    if row is None:
        raise Http404
    if reader.overrides and pk in oppositions_to(patient, reader).get(kind, ()):
        note_overridden(patient, reader, {kind: {pk}})
    return row


def note_printed(patient: Patient, reader: Reader, overridden: Mapping[str, Collection[int]]) -> None:
    """The record left the screen for a file or for paper."""
    record(
        reader.user,
        f"{OPENED}_on_paper",
        patient,
        patient_id=patient.pk,
        reason=gettext("imprimé ou enregistré en PDF"),
    )
    if overridden:
        note_overridden(patient, reader, overridden)


def note_overridden(patient: Patient, reader: Reader, read: Mapping[str, Collection[int]]) -> None:
    """What the patient had closed was read in an emergency: he sees the line among the openings of his record."""
    record(
        reader.user,
        f"{OPENED}_despite_opposition",
        patient,
        patient_id=patient.pk,
        reason=gettext("accès en urgence : lu malgré votre opposition"),
        entries={kind: sorted(keys) for kind, keys in read.items()},
    )
