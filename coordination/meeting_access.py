"""Who may read and run the meetings of the team. Hidden and missing answer the same 404.

Dates, places and who came are no secret of the house. What is said of a patient is read by who takes part in his care,
by who was asked to be there or came, and by nobody whom the patient opposes. From outside the house: only what the
patient agreed to, item by item; the others do not exist for him, not even as a line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404

from accounts.access import Visitor, is_desk
from accounts.models import User
from coordination.access import Reader as RecordReader
from coordination.access import note_overridden, without_closed
from coordination.models import (
    Answer,
    EntryOpposition,
    ItemConsent,
    ItemState,
    MeetingItem,
    MeetingMember,
    TeamMeeting,
)
from coordination.models.meeting import CAME, TeamMeetingQuerySet
from core.db import together
from patients.access import patients_cared_for, practitioner_of
from patients.consents import clear_for
from patients.models import EmergencyAccess, Patient
from patients.models.patient import PatientQuerySet
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind

ENTRY_KIND = "meeting"


@dataclass(frozen=True)
class Reader:
    """Somebody who works here, or comes from outside, before the meetings of the house."""

    user: User
    practitioner: Practitioner | None
    at_desk: bool

    @property
    def is_inside(self) -> bool:
        return self.at_desk or (self.practitioner is not None and self.practitioner.kind == Kind.MEMBER)

    def is_chair(self, meeting: TeamMeeting) -> bool:
        return self.practitioner is not None and self.practitioner.pk == meeting.chair_id

    def may_arrange(self, meeting: TeamMeeting) -> bool:
        """Date, people, order: the desk, the chair, and who called the meeting."""
        return self.is_inside and (
            self.at_desk or self.is_chair(meeting) or meeting.created_by_id == self.user.pk
        )


def reader_of(user: Visitor) -> Reader:
    """404 for whoever neither works here nor cares for anybody here."""
    practitioner = practitioner_of(user)
    if not isinstance(user, User) or (practitioner is None and not is_desk(user)):
        raise Http404
    return Reader(user, practitioner, is_desk(user))


def is_inside(user: Visitor) -> bool:
    """Whether what the house keeps for its own members answers; asked before a door to it is drawn."""
    return isinstance(user, User) and Reader(user, practitioner_of(user), is_desk(user)).is_inside


def inside_reader(user: Visitor) -> Reader:
    reader = reader_of(user)
    if not reader.is_inside:
        raise Http404
    return reader


def meetings_of(reader: Reader) -> TeamMeetingQuerySet:
    found = TeamMeeting.objects.with_place()
    if reader.is_inside:
        return found
    return found.filter(members__practitioner=reader.practitioner)


def get_meeting(reader: Reader, pk: int) -> TeamMeeting:
    found = meetings_of(reader).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_meeting_to_arrange(reader: Reader, pk: int) -> TeamMeeting:
    found = get_meeting(reader, pk)
    if not reader.may_arrange(found):
        raise Http404
    return found


def get_meeting_to_chair(reader: Reader, pk: int) -> TeamMeeting:
    """Only the chair validates."""
    found = get_meeting(reader, pk)
    if not reader.is_chair(found):
        raise Http404
    return found


def get_meeting_to_run(reader: Reader, pk: int) -> TeamMeeting:
    """The chair and the members of the house who were wanted write on the screen of the meeting."""
    return eyes_to_run(reader, pk).meeting


def eyes_to_run(reader: Reader, pk: int) -> Eyes:
    eyes = Eyes(reader, get_meeting(reader, pk))
    if not eyes.may_run:
        raise Http404
    return eyes


def get_seat(reader: Reader, meeting: TeamMeeting) -> MeetingMember | None:
    if reader.practitioner is None:
        return None
    return meeting.members.filter(practitioner=reader.practitioner).first()


@dataclass(frozen=True)
class SeenItem:
    """A line of the agenda as one person may see it: `name` empty where it is not for him."""

    item: MeetingItem
    name: str
    may_read: bool
    outsiders: list[tuple[Practitioner, ItemConsent | None]]


class Eyes:
    """What one reader sees of one meeting; a fixed number of queries however long the agenda."""

    def __init__(self, reader: Reader, meeting: TeamMeeting) -> None:
        self.reader, self.meeting = reader, meeting

    @cached_property
    def members(self) -> list[MeetingMember]:
        rows = self.meeting.members.select_related("practitioner__profession", "practitioner__user")
        return sorted(
            rows, key=lambda row: (row.practitioner.profession.position, row.practitioner.last_name, row.pk)
        )

    @cached_property
    def seat(self) -> MeetingMember | None:
        mine = self.reader.practitioner
        return next((row for row in self.members if mine and row.practitioner_id == mine.pk), None)

    @property
    def may_run(self) -> bool:
        if not self.reader.is_inside or self.reader.practitioner is None:
            return False
        wanted = self.seat is not None and (self.seat.answer != Answer.NO or self.seat.came)
        return self.reader.is_chair(self.meeting) or wanted

    @cached_property
    def outsiders(self) -> list[Practitioner]:
        return [row.practitioner for row in self.members if row.is_outside]

    @cached_property
    def items(self) -> list[MeetingItem]:
        return list(self.meeting.items.standing().with_people().order_by("position", "pk"))

    @cached_property
    def _said(self) -> tuple[list[ItemConsent], list[Patient], list[EntryOpposition]]:
        """What the patients of the agenda agreed to and closed; one query."""
        who = self.reader.practitioner
        keys = [item.patient_id for item in self.items if item.patient_id]
        closed = EntryOpposition.objects.in_force().filter(kind=ENTRY_KIND)
        agreed, not_opposed, oppositions = together(
            ItemConsent.objects.in_force().filter(item__meeting=self.meeting),
            _not_opposed_to(who, keys) if who is not None else Patient.objects.none(),
            closed.filter(entry__in=[item.pk for item in self.items]),
        )
        return agreed, not_opposed, oppositions

    @cached_property
    def _consents(self) -> dict[tuple[int, int], ItemConsent]:
        return {(row.item_id, row.practitioner_id): row for row in self._said[0]}

    @cached_property
    def _not_opposed(self) -> set[int]:
        return {patient.pk for patient in self._said[1]}

    @cached_property
    def _closed(self) -> set[int]:
        """Items that the patient closed to this reader, as he may close any entry of his record."""
        who = self.reader.practitioner
        named = {row.entry for row in self._said[2]}
        if who is None or not named:
            return set()
        rows = without_closed(MeetingItem.objects.filter(pk__in=named), who, ENTRY_KIND)
        return named - set(rows.values_list("pk", flat=True))

    @cached_property
    def _emergencies(self) -> set[int]:
        """Patients whose record he opened by breaking the glass, within the hour."""
        rows = EmergencyAccess.objects.in_force().filter(practitioner=self.reader.practitioner)
        return set(rows.values_list("patient", flat=True)) if self.reader.practitioner else set()

    def note_overridden(self, items: Iterable[MeetingItem]) -> None:
        """What he reads by the broken glass only: a line that the patient reads, for each of them."""
        for item in items:
            if item.patient is not None and item.pk in self._closed and item.patient_id in self._emergencies:
                reader = RecordReader(self.reader.user, self.reader.practitioner)
                note_overridden(item.patient, reader, {ENTRY_KIND: {item.pk}})

    @cached_property
    def _followed(self) -> set[int]:
        keys = [item.patient_id for item in self.items if item.patient_id]
        return set(self.cared_for.filter(pk__in=keys).values_list("pk", flat=True))

    @cached_property
    def cared_for(self) -> PatientQuerySet:
        return patients_cared_for(self.reader.user, self.reader.practitioner)

    def may_read(self, item: MeetingItem) -> bool:
        """What is asked and decided; never the desk as such."""
        who = self.reader.practitioner
        if who is None:
            return False
        if item.patient_id is None:
            return self.reader.is_inside or self.seat is not None
        if item.patient_id not in self._not_opposed or item.pk in self._closed:
            return item.patient_id in self._emergencies
        if not self.reader.is_inside or who.kind != Kind.MEMBER:
            return (
                self.seat is not None and (item.pk, who.pk) in self._consents and item.state in READ_OUTSIDE
            )
        asked = (
            item.proposed_by_id == self.reader.user.pk
            or who.pk in {one.pk for one in item.wanted.all()}
            or self.reader.is_chair(self.meeting)
            or (self.seat is not None and self.seat.presence in CAME)
        )
        return asked or (not self.reader.at_desk and item.patient_id in self._followed)

    def agenda(self) -> list[SeenItem]:
        lines = []
        for item in self.items:
            may_read = self.may_read(item)
            if not may_read and not self.reader.is_inside:
                continue
            name = ""
            if item.patient is not None and (may_read or self.reader.at_desk):
                name = item.patient.display_name
            told = [(one, self._consents.get((item.pk, one.pk))) for one in self.outsiders]
            lines.append(SeenItem(item, name, may_read, told if self.reader.is_inside else []))
        return lines


READ_OUTSIDE = (ItemState.WAITING, ItemState.DISCUSSED)


def _not_opposed_to(practitioner: Practitioner, keys: Iterable[int]) -> PatientQuerySet:
    """Of an outsider the agreement is asked item by item, so that only an opposition counts here."""
    found = Patient.objects.filter(pk__in=list(keys))
    if practitioner.kind == Kind.MEMBER:
        found = found.filter(clear_for(practitioner))
    else:
        said = {"consents__withdrawn_at": None, "consents__decision": "opposes"}
        found = found.exclude(
            pk__in=Patient.objects.filter(consents__practitioner=practitioner, **said).values("pk")
        )
        found = found.exclude(pk__in=Patient.objects.filter(consents__practitioner=None, **said).values("pk"))
    return found.only("pk")
