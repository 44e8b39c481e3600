"""Who sits behind the socket of a call, and whether he still may. The rows are asked, never the socket's memory."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404

from accounts.sessions import user_of
from core import clock
from teleconsult.access import may_admit, may_enter_call, participant_of
from teleconsult.models import Participant, ParticipantQuerySet, VideoState


@dataclass(frozen=True, slots=True)
class Seat:
    """One admitted person, as his session told when the socket opened."""

    participant: int
    key: str
    name: str
    role: str
    token_version: int
    admits: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How it is with a person at this moment: whether he may stay, and what his page should know."""

    may_stay: bool
    token_version: int
    is_interrupted: bool
    # Who waits at the door: keys, so that one who goes while another comes is seen too.
    waiting: tuple[int, ...]
    admitted: tuple[int, ...]


def seat_of(session_key: str, visit_key: uuid.UUID) -> Seat | None:
    """None for everybody who is nobody in this visit."""
    user = user_of(session_key) if session_key else None
    session: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(session_key or None)
    try:
        person = participant_of(user or AnonymousUser(), visit_key, session)
    except Http404:
        return None
    return Seat(
        participant=person.pk,
        key=person.key.hex,
        name=person.name or person.get_role_display(),
        role=person.role,
        token_version=person.token_version,
        admits=may_admit(person),
        is_open=may_enter_call(person, clock.now()),
    )


def seats_of(asked: Iterable[tuple[str, uuid.UUID]]) -> dict[tuple[str, uuid.UUID], Seat | None]:
    """The sessions behind the sockets, asked anew: they end, and accounts lose their right."""
    return {
        (session_key, visit_key): seat_of(session_key, visit_key) for session_key, visit_key in set(asked)
    }


def standings(participants: Collection[int]) -> dict[int, Standing]:
    """Three statements, however many calls this process holds. Who is not named is nobody any more."""
    now = clock.now()
    people = list(
        Participant.objects.filter(pk__in=participants).select_related("visit__appointment").order_by("pk")
    )
    calls = {person.visit_id for person in people}
    waiting = _by_call(Participant.objects.at_the_door(), calls)
    admitted = _by_call(Participant.objects.admitted(), calls)
    return {
        person.pk: Standing(
            may_stay=may_enter_call(person, now),
            token_version=person.token_version,
            is_interrupted=person.visit.state == VideoState.INTERRUPTED,
            waiting=waiting.get(person.visit_id, ()),
            admitted=admitted.get(person.visit_id, ()),
        )
        for person in people
    }


def _by_call(people: ParticipantQuerySet, calls: Collection[int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    rows = people.filter(visit__in=calls).order_by("pk").values_list("visit_id", "pk")
    for visit, participant in rows:
        found[visit] = (*found.get(visit, ()), participant)
    return found
