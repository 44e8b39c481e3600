"""Dates of a workshop are fixed: animators and room are taken from then on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.actions.close_resource import AlreadyClosed, close_resource
from appointments.actions.reopen_resource import reopen_resource
from appointments.actions.watch import Watched, watch
from appointments.models import ResourceClosure, Workshop, WorkshopCycle, WorkshopHost, WorkshopSession
from appointments.models.disruption import Cause
from appointments.models.resource import Purpose
from appointments.resources import visits_touched
from core import clock
from core.audit.record import record
from core.db import constraint_sentence, lock
from core.refusal import Refusal
from practitioners.models import Place, Practitioner, Room


class DatesTaken(Refusal):
    """A constraint of the tables: the animator or the room is elsewhere at that hour."""


class NoDates(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Gardez au moins une date à venir."))


def plan_sessions(
    workshop: Workshop,
    times: Sequence[tuple[datetime, datetime]],
    *,
    actor: User,
    place: Place,
    room: Room | None,
    seats: int,
) -> tuple[list[WorkshopCycle], Watched]:
    """One cycle for them all where the workshop is followed whole, else one a date. All or nothing.

    Patients who are booked with an animator at these hours join the worklist. Raises `DatesTaken` or `NoDates`.
    """
    now = clock.now()
    if not times or any(start_at <= now for start_at, _end in times):
        raise NoDates
    groups = [list(times)] if workshop.is_cycle else [[one] for one in times]
    animators = list(workshop.animators.order_by("pk"))
    with transaction.atomic():
        lock_agendas(animators, room, times)
        with watch([one.pk for one in animators], Cause.WORKSHOP) as watched:
            cycles = [
                _cycle(workshop, group, animators, place=place, room=room, seats=seats) for group in groups
            ]
        for session in WorkshopSession.objects.with_workshop().filter(cycle__in=cycles).order_by("start_at"):
            watched.stranded += reserve_room(session, actor=actor)
        record(
            actor,
            "workshop.dates",
            workshop,
            dates=[start_at.isoformat() for start_at, _end in times],
            seats=seats,
            stranded=watched.stranded,
        )
    return cycles, watched


def _cycle(
    workshop: Workshop,
    times: Sequence[tuple[datetime, datetime]],
    animators: Sequence[Practitioner],
    *,
    place: Place,
    room: Room | None,
    seats: int,
) -> WorkshopCycle:
    cycle = WorkshopCycle.objects.create(workshop=workshop, seats=seats)
    for start_at, end_at in times:
        session = WorkshopSession(cycle=cycle, start_at=start_at, end_at=end_at, place=place, room=room)
        session.save(force_insert=True)
        occupy(session, animators)
    return cycle


def lock_agendas(
    animators: Sequence[Practitioner], room: Room | None, times: Sequence[tuple[datetime, datetime]]
) -> None:
    """Of the animators and of everybody booked in the room then, all at once: two callers cannot cross."""
    keys = {one.pk for one in animators}
    for start_at, end_at in times if room is not None else ():
        closure = ResourceClosure(room=room, start_at=start_at, end_at=end_at)
        keys |= set(visits_touched(closure).values_list("practitioner_id", flat=True))
    lock("agenda", *keys)


def reserve_room(session: WorkshopSession, *, actor: User) -> list[int]:
    """Nobody else is received there meanwhile; the keys of the visits that join the worklist."""
    if session.room is None:
        return []
    closure = ResourceClosure(
        room=session.room,
        start_at=session.start_at,
        end_at=session.end_at,
        label=session.cycle.workshop.public_title,
        purpose=Purpose.RESERVED,
    )
    try:
        stranded = close_resource(closure, actor=actor)
    except AlreadyClosed as refusal:
        raise _taken(session.start_at, refusal.sentence) from refusal
    session.room_closure = closure
    session.save(update_fields=["room_closure"])
    return stranded


def release_room(session: WorkshopSession, *, actor: User) -> None:
    if session.room_closure is not None:
        closure, session.room_closure = session.room_closure, None
        session.save(update_fields=["room_closure"])
        reopen_resource(closure, actor=actor)


def occupy(session: WorkshopSession, animators: Sequence[Practitioner]) -> None:
    """The animators' time, written anew; under their locks."""
    WorkshopHost.objects.filter(session=session).delete()
    if session.is_cancelled:
        return
    try:
        with transaction.atomic():
            WorkshopHost.objects.bulk_create(
                [
                    WorkshopHost(
                        session=session, practitioner=one, start_at=session.start_at, end_at=session.end_at
                    )
                    for one in animators
                ]
            )
    except IntegrityError as error:
        sentence = constraint_sentence(error, WorkshopHost)
        if sentence is None:
            raise
        raise _taken(session.start_at, sentence) from error


def _taken(start_at: datetime, sentence: object) -> DatesTaken:
    return DatesTaken(f"{clock.local(start_at):%d/%m/%Y} : {sentence}")
