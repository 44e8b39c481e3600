"""A disk that is really full: files, what is being sent, and the tables of the database itself."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from accounts.models import Role
from appointments.models import Appointment, Status
from coordination.models import Document
from core.uploads.models import Upload
from msp_portal import paths
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from tests import files
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.practitioners import PractitionerFactory
from tests.faults.machinery import wait_until
from tests.faults.people import TRY_AGAIN, Person, browser_of, slots
from tests.faults.portal import OwnPortal

NO_SMALL_DISK = "NO SMALL DISK: mounting one needs root; the faults of a full disk were NOT rehearsed"
MEGABYTE = 2**20


class SmallDisk:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.ballast = root / "ballast"

    def fill(self) -> None:
        with self.ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(64 * 1024))
            except OSError:
                pass

    def free(self) -> int:
        return shutil.disk_usage(self.root).free

    def clear(self) -> None:
        self.ballast.unlink(missing_ok=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """Two megabytes of its own."""
    root = tmp_path / "small"
    root.mkdir()
    if (
        os.geteuid()
        or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", root], check=False).returncode
    ):
        pytest.skip(NO_SMALL_DISK)
    yield SmallDisk(root)
    subprocess.run(["umount", "--lazy", root], check=True)


@pytest.fixture
def web_on(portal: OwnPortal) -> Iterator[Callable[..., None]]:
    """The web with other directories; at the end the next story finds the usual one."""

    def start(**environment: str) -> None:
        portal.kill("web")
        portal.start("web", **environment)

    yield start
    portal.kill("web")


def test_no_room_for_files(
    portal: OwnPortal,
    crowd: Callable[[int], list[Person]],
    disk: SmallDisk,
    web_on: Callable[..., None],
    rehearsed: Callable[..., None],
) -> None:
    (one,) = crowd(1)
    user = UserFactory()
    RoleAssignmentFactory(user=user, role=Role.PRACTITIONER)
    doctor = PractitionerFactory(user=user, slug=f"dr-{user.pk}")
    CareTeamMember.objects.create(patient=one.patient, practitioner=doctor, reason=Reason.REFERRAL)
    web_on(UPLOADS_DIR=str(disk.root / "uploads"), TMPDIR=str(disk.root))

    with browser_of(user, portal.url) as browser:

        def send(weight: int) -> tuple[int, str]:
            said = {"kind": "report", "dated_on": "2026-11-03", "source": "CH", "title": "Échographie"}
            answer = browser.post(
                f"/patients/{one.patient.pk}/documents/ajouter/",
                data=said,
                files={"documents": ("a.pdf", files.pdf() + b"\n%" + b"x" * weight)},
            )
            return answer.status_code, answer.text

        # Heavier than the disk: the server cannot even put the request aside.
        status, text = send(5 * MEGABYTE)
        assert (status, "la place manque" in text) == (503, True)
        # What had been put aside of it goes with the request.
        wait_until(lambda: disk.free() > MEGABYTE)
        disk.fill()
        status, text = send(100_000)
        assert (status, "la place manque" in text, "Échographie" in text) == (422, True, True)
        assert (Document.objects.filter(patient=one.patient).exists(), Upload.objects.count()) == (False, 0)
        # Nothing else stops.
        assert one.book(slots(1)[0])
        disk.clear()
        assert send(100_000)[0] == 302
    rehearsed(
        "disk full for files (a real file system of 2 MB)",
        done="a file heavier than the disk; a file when the disk is full; a booking; room again",
        found="two sentences « la place manque », no row and no half file; the booking succeeds; "
        "the same file is taken once there is room",
        limit="a sentence, nothing half written, all else goes on",
    )


def test_no_room_for_the_database(
    portal: OwnPortal, crowd: Callable[[int], list[Person]], disk: SmallDisk, rehearsed: Callable[..., None]
) -> None:
    """The messages of a booking find no room: the booking is refused whole, and succeeds once there is some."""
    (one,) = crowd(1)
    place = disk.root / "tables"
    place.mkdir(mode=0o700)
    if portal.database.account is not None:
        os.chown(place, portal.database.account.pw_uid, portal.database.account.pw_gid)
        for parent in (disk.root, *disk.root.parents):
            if parent != Path("/"):
                parent.chmod(parent.stat().st_mode | 0o011)
    (slot,) = slots(1)
    page = one.hold(slot).onward
    with psycopg.connect(
        host=str(portal.database.socket_dir), user="postgres", dbname=paths.DATABASE, autocommit=True
    ) as admin:
        admin.execute("TRUNCATE outbox_outboxmessage")
        admin.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        admin.execute("ALTER TABLE outbox_outboxmessage SET TABLESPACE small")
        try:
            disk.fill()
            refused = one.confirm(page)
            assert (refused.status, TRY_AGAIN in refused.text) == (503, True)
            visit = Appointment.objects.get(reference=page.rstrip("/").rpartition("/")[2])
            assert (visit.status, visit.patient_id) == (Status.HELD, None)
            disk.clear()
            assert one.see(one.confirm(page).onward)
        finally:
            disk.clear()
            admin.execute("ALTER TABLE outbox_outboxmessage SET TABLESPACE pg_default")
            admin.execute("DROP TABLESPACE small")
    rehearsed(
        "disk full for the database (the table of messages on a file system of 2 MB)",
        done="a confirmation without room, then with room",
        found="503 with « réessayez », the slot still held and nothing half written; then booked",
        limit="a sentence, nothing half written, retry succeeds",
    )
