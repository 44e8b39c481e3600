"""Who may listen to the live schedule, what a frame says, and when the line ends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from accounts.models import User
from appointments.actions.cancel import cancel
from appointments.models import Appointment
from core import clock
from core.web import sockets
from tests.e2e.entrance import session_cookie
from tests.e2e.server import AsgiServer
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def listen(
    live_server: AsgiServer, user: User | None, path: str = "/planning/direct/", origin: str = ""
) -> ClientConnection:
    headers = {"Cookie": "=".join(session_cookie(user))} if user else {}
    return connect(
        live_server.url.replace("http", "ws") + path,
        origin=origin or live_server.url,  # type: ignore[arg-type]
        additional_headers=headers,
        open_timeout=10,
    )


def refused(*args: Any, **kwargs: Any) -> int:
    with pytest.raises(InvalidStatus) as caught:
        listen(*args, **kwargs)
    return caught.value.response.status_code


def test_only_the_team_may_listen(live_server: AsgiServer, secretary: User, settings: Any) -> None:
    assert refused(live_server, None) == 403
    assert refused(live_server, UserFactory()) == 403
    assert refused(live_server, secretary, origin="https://ailleurs.example") == 403
    assert refused(live_server, secretary, origin="http://localhost:1") == 403
    assert refused(live_server, secretary, path="/planning/ailleurs/") == 403
    settings.DEMO = False
    assert refused(live_server, secretary) == 403  # without a second factor
    settings.DEMO = True
    with listen(live_server, secretary) as line:
        assert json.loads(line.recv(5)) == {"kind": "ready"}


def test_a_frame_says_whose_day_and_nothing_else(
    live_server: AsgiServer, secretary: User, visit: Appointment, tomorrow: Any
) -> None:
    with listen(live_server, secretary) as line:
        assert json.loads(line.recv(5)) == {"kind": "ready"}
        line.send("ce que personne n’attend")
        cancel(visit, actor=secretary, by_staff=True)
        day = clock.local(visit.start_at).date().isoformat()
        assert json.loads(line.recv(5)) == {"kind": "changed", "changes": [[visit.practitioner_id, day, day]]}


def test_a_session_that_ends_ends_the_line(
    live_server: AsgiServer, secretary: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "CHECK_EVERY", 0.1)
    with listen(live_server, secretary) as line:
        assert [json.loads(line.recv(5))["kind"] for _ in range(2)] == ["ready", "alive"]
        Session.objects.all().delete()
        with pytest.raises(ConnectionClosed, match=str(sockets.SESSION_OVER)):
            list(line)


def test_a_silent_line_stays_open(live_server: AsgiServer, secretary: User, visit: Appointment) -> None:
    """Longer than the five seconds after which a channel layer on Redis drops it unless told otherwise."""
    with listen(live_server, secretary) as line:
        assert json.loads(line.recv(5)) == {"kind": "ready"}
        is_silent = False
        while not is_silent:  # what was written while the page opened may still be told
            try:
                line.recv(6)
            except TimeoutError:
                is_silent = True
        cancel(visit, actor=secretary, by_staff=True)
        assert json.loads(line.recv(5))["kind"] == "changed"
