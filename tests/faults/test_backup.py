"""A house that works is backed up, and lives again on an empty machine: another server, another directory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from accounts.models import User
from appointments.models import Appointment, Status
from core.audit.models import AuditEvent
from msp_portal.paths import BASE_DIR
from tests.faults.people import REFERENCE, Person, browser_of, slots
from tests.faults.portal import OwnPortal
from tests.faults.size import FULL
from tests.sms_carrier import SmsCarrier
from tests.smtp_server import SmtpServer

DAILY = "every day tests/msp_portal/test_backup.py does this on one server; whole machines in `make faults`"
pytestmark = pytest.mark.skipif(not FULL, reason=DAILY)
PEOPLE = 10


@pytest.fixture
def elsewhere(
    portal: OwnPortal, tmp_path: Path, post: SmtpServer, telephones: SmsCarrier
) -> Iterator[OwnPortal]:
    """Servers that run, and nothing in them."""
    root = tmp_path / "elsewhere"
    root.mkdir()
    machine = OwnPortal(root, post, telephones)
    machine.start("db")
    machine.database.ensure_database()
    machine.start("cache")
    yield machine
    machine.close()


def command(portal: OwnPortal, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=os.environ | portal.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_brought_back_on_an_empty_machine(
    portal: OwnPortal,
    elsewhere: OwnPortal,
    crowd: Callable[[int], list[Person]],
    rehearsed: Callable[..., None],
) -> None:
    people = crowd(PEOPLE)
    for one, slot in zip(people, slots(PEOPLE), strict=True):
        assert one.book(slot)
    booked = Appointment.objects.filter(status=Status.BOOKED).order_by("pk")
    before = list(booked.values_list("reference", "patient_id", "start_at"))
    trail = AuditEvent.objects.count()

    backup = command(portal, "backup", "--to", str(portal.root / "backups"), "--plain").split(" (")[0]
    said = command(elsewhere, "restore", backup)
    assert said.splitlines()[-1] == "Restored and verified."
    assert command(elsewhere, "verify_audit").startswith("whole: ")

    with elsewhere.in_this_process():
        assert list(booked.values_list("reference", "patient_id", "start_at")) == before
        elsewhere.start("web")
        # Nobody is still signed in; who signs in again finds the visit.
        one = people[0]
        page = f"/rendez-vous/{one.reference}/"
        one.browser.base_url = elsewhere.url
        assert one.ask(page).status == 302
        with browser_of(User.objects.get(pk=one.user.pk), elsewhere.url) as browser:
            shown = browser.get(page)
        assert (shown.status_code, REFERENCE in shown.text) == (200, True)
    rehearsed(
        "backup of a portal that serves, restored into an empty machine",
        done="once: another PostgreSQL and directory; `manage.py backup`, `restore`, `verify_audit`, the web on it",
        found=f"{len(before)} of {len(before)} visits, trail of {trail} events whole, sessions ended, a visit shown",
        limit="one command each, audit chain verified after it",
    )
