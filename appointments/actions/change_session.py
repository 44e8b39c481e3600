from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.actions.plan_sessions import lock_agendas, occupy, release_room, reserve_room
from appointments.actions.watch import Watched, watch
from appointments.models import SessionState, WorkshopSession
from appointments.models.disruption import Cause
from appointments.notifications import workshops as notifications
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from practitioners.models import Place, Room


class SessionOver(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette date est passée ou annulée : elle ne change plus."))


def change_session(
    session: WorkshopSession,
    *,
    actor: User,
    start_at: datetime,
    end_at: datetime,
    place: Place,
    room: Room | None,
    note: str = "",
) -> Watched:
    """Another time or place for one date; everybody enrolled or waiting is told if it concerns them."""
    with transaction.atomic():
        animators = list(session.cycle.workshop.animators.order_by("pk"))
        lock_agendas(animators, room, [(start_at, end_at)])
        with watch([one.pk for one in animators], Cause.WORKSHOP) as watched:
            session = _current(session)
            now = clock.now()
            if session.state != SessionState.PLANNED or min(session.start_at, start_at) <= now:
                raise SessionOver
            before = (session.start_at, session.end_at, session.place_id)
            release_room(session, actor=actor)
            session.start_at, session.end_at = start_at, end_at
            session.place, session.room, session.note = place, room, note
            moved = before != (start_at, end_at, place.pk)
            session.sequence += moved
            session.save()
            occupy(session, animators)
        watched.stranded += reserve_room(session, actor=actor)
        record(
            actor,
            "workshop.session_changed",
            session,
            before=[before[0].isoformat(), before[1].isoformat()],
            after=[start_at.isoformat(), end_at.isoformat()],
            stranded=watched.stranded,
        )
        if moved:
            notifications.session_moved(session, before[0])
    return watched


def _current(session: WorkshopSession) -> WorkshopSession:
    rows = WorkshopSession.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("cycle__workshop__centre", "place", "room_closure").get(pk=session.pk)
