"""Who is expected in a visit by video: the people of its appointment, whatever became of that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from appointments.models import Appointment, PlaceKind
from core import clock
from practitioners.models import Practitioner
from teleconsult.models import Participant, ParticipantRole, VideoVisit


class Expected(NamedTuple):
    role: ParticipantRole
    user_id: int | None
    name: str


def expect_people(visit: VideoVisit, *, anew: bool = False) -> None:
    """One row for each, with a link of its own. `anew`: another day or hour, so that nobody has come yet.

    Who receives is in from the beginning, and so holds the first seat; the others are admitted by him. Who was invited
    by him (a third) stays invited.
    """
    known = {
        (one.role, one.user_id): one
        for one in visit.participants.select_for_update(no_key=True).exclude(role=ParticipantRole.THIRD)
    }
    taken = {one.seat for one in known.values()}
    for person in _people_of(visit.appointment):
        row = known.pop((person.role, person.user_id), None)
        if row is None:
            taken.add(_add(visit, person, next(seat for seat in (1, 2, 3, 4) if seat not in taken)))
        else:
            _refresh(row, person, anew=anew)
    for gone in known.values():
        gone.delete()


def _people_of(appointment: Appointment) -> Iterator[Expected]:
    yield _professional(ParticipantRole.PRACTITIONER, appointment.practitioner)
    beside = [*appointment.companions.active().select_related("practitioner").order_by("pk")]
    if appointment.accompanies is not None:
        beside.append(appointment.accompanies)
    nurses = [row for row in beside if row.place_kind != PlaceKind.VIDEO]
    for row in beside:
        role = ParticipantRole.NURSE if row in nurses else ParticipantRole.PRACTITIONER
        yield _professional(role, row.practitioner)
    if not nurses and appointment.patient is not None:
        yield Expected(ParticipantRole.PATIENT, None, appointment.patient.display_name)


def _professional(role: ParticipantRole, practitioner: Practitioner) -> Expected:
    return Expected(role, practitioner.user_id, practitioner.display_name)


def _add(visit: VideoVisit, person: Expected, seat: int) -> int | None:
    receives = person.role == ParticipantRole.PRACTITIONER
    return Participant.objects.create(
        visit=visit,
        role=person.role,
        user_id=person.user_id,
        name=person.name[:150],
        admitted_at=clock.now() if receives else None,
        seat=seat if receives else None,
    ).seat


def _refresh(row: Participant, person: Expected, *, anew: bool) -> None:
    if not anew and row.name == person.name[:150]:
        return
    row.name = person.name[:150]
    if anew:
        row.arrived_at = row.refused_at = row.left_at = None
        row.refusal_note = ""
        if row.role != ParticipantRole.PRACTITIONER:
            row.admitted_at = row.admitted_by = row.seat = None
    row.save()
