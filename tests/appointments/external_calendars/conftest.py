"""Somebody else's calendar, read by the house, and who may look at it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client

from accounts.models import Role
from appointments.models import ExternalCalendar
from tests.appointments.external_calendars.cast import Elsewhere
from tests.cast import sign_in
from tests.factories.accounts import with_role
from tests.factories.calendars import ExternalCalendarFactory


@pytest.fixture
def elsewhere(settings) -> Iterator[Elsewhere]:
    settings.FETCH_PRIVATE_ADDRESSES = True
    says = Elsewhere()

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            says.asked += 1
            same = self.headers.get("If-None-Match") == says.etag and says.status == 200
            body = b"" if same else says.body
            self.send_response(304 if same else says.status)
            self.send_header("ETag", says.etag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.block_on_close = False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    says.address = f"http://127.0.0.1:{server.server_port}/prive/secret.ics"
    yield says
    server.shutdown()
    server.server_close()


@pytest.fixture
def calendar(doctor, elsewhere) -> ExternalCalendar:
    return ExternalCalendarFactory(practitioner=doctor.practitioner, address=elsewhere.address)


@pytest.fixture
def secretary(db, sunday) -> Client:
    return sign_in(with_role(Role.SECRETARY, email="accueil@example.org"))
