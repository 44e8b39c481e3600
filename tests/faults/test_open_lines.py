"""A shared schedule and a call are open while Valkey, then PostgreSQL, are away: both recover."""

from __future__ import annotations

import contextlib
import json
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from accounts.models import Role, User
from appointments.actions.cancel import cancel
from core import clock
from teleconsult.consumers import LAYER_AWAY
from tests.cast import sign_in
from tests.e2e.video_house import make_video_house
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory
from tests.faults.machinery import PATIENCE, wait_until
from tests.faults.portal import OwnPortal


def line(portal: OwnPortal, user: User, path: str) -> ClientConnection:
    name = settings.SESSION_COOKIE_NAME
    return connect(
        portal.url.replace("http", "ws") + path,
        origin=portal.url,  # type: ignore[arg-type]
        additional_headers={"Cookie": f"{name}={sign_in(user).cookies[name].value}"},
        open_timeout=PATIENCE,
    )


def hear(open_line: ClientConnection, *kinds: str) -> dict[str, Any]:
    until = time.monotonic() + PATIENCE
    while True:  # other frames may come all the time
        frame: dict[str, Any] = json.loads(open_line.recv(max(until - time.monotonic(), 0)))
        if frame["kind"] in kinds:
            return frame


@pytest.fixture
def lines() -> Iterator[contextlib.ExitStack]:
    """Put down with the test."""
    with contextlib.ExitStack() as stack:
        yield stack


def test_the_schedule_goes_on(portal: OwnPortal, rehearsed: Callable[..., None]) -> None:
    secretary = UserFactory()
    RoleAssignmentFactory(user=secretary, role=Role.SECRETARY)
    first, second, third = (
        AppointmentFactory(start_at=clock.now() + timedelta(days=days)) for days in (2, 3, 4)
    )
    with line(portal, secretary, "/planning/direct/") as screen:
        hear(screen, "ready")
        portal.kill("cache")
        cancel(first, actor=secretary, by_staff=True)
        assert hear(screen, "changed")["changes"][0][0] == first.practitioner_id
        portal.start("cache")

        connection.close()
        portal.kill("db")
        portal.start("db")
        # The screen is told to ask for everything, and then hears on.
        hear(screen, "anew")
        cancel(second, actor=secretary, by_staff=True)
        assert hear(screen, "changed")["changes"][0][0] == second.practitioner_id

        portal.kill("web")
        with contextlib.suppress(ConnectionClosed):
            list(screen)
        portal.start("web")
    with line(portal, secretary, "/planning/direct/") as screen:
        hear(screen, "ready")
        cancel(third, actor=secretary, by_staff=True)
        assert hear(screen, "changed")["changes"][0][0] == third.practitioner_id
    rehearsed(
        "an open shared schedule; Valkey, PostgreSQL and the web killed one after the other",
        done="once each",
        found="without Valkey it hears on; after PostgreSQL it is told to read anew and hears on, on the same line; "
        "after the web it hears on a new line",
        limit="it recovers by itself",
    )


def test_the_call_recovers(
    portal: OwnPortal, lines: contextlib.ExitStack, rehearsed: Callable[..., None]
) -> None:
    video = make_video_house()
    video.admit("patient")
    path = f"/teleconsultation/{video.visit.key}/signaux/"
    pages = {video.doctor: "d" * 16, video.owner: "a" * 16}

    def enter(user: User) -> ClientConnection:
        call = lines.enter_context(line(portal, user, path))
        call.send(json.dumps({"kind": "hello", "instance": pages[user]}))
        return call

    def enter_when_it_can(user: User) -> ClientConnection:
        """As the page does: told that the layer is away, it asks again."""
        found: list[ClientConnection] = []

        def entered() -> bool:
            call = enter(user)
            try:
                hear(call, "welcome")
            except ConnectionClosed:
                if call.close_code != LAYER_AWAY:
                    raise
                return False
            found.append(call)
            return True

        wait_until(entered)
        return found[0]

    doctor, patient = (enter_when_it_can(user) for user in pages)
    hear(doctor, "joined")
    portal.kill("cache")
    codes = []
    for call in (doctor, patient):
        with contextlib.suppress(ConnectionClosed):
            call.send(json.dumps({"kind": "chat", "text": "Toujours là ?"}))
            hear(call, "nothing of the kind")
        codes.append(call.close_code)
    assert codes == [LAYER_AWAY, LAYER_AWAY]
    portal.start("cache")
    doctor, patient = (enter_when_it_can(user) for user in pages)
    words = f"Me revoilà {uuid.uuid4()}"
    patient.send(json.dumps({"kind": "chat", "text": words}))
    assert hear(doctor, "chat")["text"] == words
    rehearsed(
        "an open call; Valkey killed (SIGKILL) and back empty",
        done="once, two people on the line",
        found="both lines end with « layer away » (4503), on which the page asks again; back, both are welcomed and "
        "hear each other. Pictures and sound go from browser to browser meanwhile",
        limit="it recovers by itself",
    )
