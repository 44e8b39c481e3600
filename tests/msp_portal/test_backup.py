"""A backup taken, carried to an empty machine and brought back, is the portal that it was taken from."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from datetime import date, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pyrage
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core import clock
from core.audit.record import record
from core.uploads import storage
from msp_portal.backups.bring_back import bring_back
from msp_portal.backups.programs import ProgramError
from msp_portal.backups.take import EMPTY
from msp_portal.paths import BASE_DIR
from tests.factories.appointments import AppointmentFactory
from tests.factories.documents import UploadFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


def digests(cursor: Any) -> dict[str, str | None]:
    """Of all rows of each table; None where there are none."""
    names = [name for (name,) in cursor.execute(TABLES).fetchall()]
    digest = 'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{}" t'
    return {name: cursor.execute(digest.format(name)).fetchone()[0] for name in names}


class Elsewhere:
    """Another machine: an empty database and an empty folder."""

    name = "backup_elsewhere"

    def __init__(self, folder: Path) -> None:
        values = connection.settings_dict
        self.folder = folder
        place = {"host": values["HOST"], "user": values["USER"], "port": values["PORT"] or 5432}
        self.url = f"postgresql:///{self.name}?{urlencode(place)}"

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)],
            cwd=BASE_DIR,
            # The size of the web's pool stands in the .env of the whole house.
            env=os.environ
            | {"DATABASE_URL": self.url, "DATA_DIR": str(self.folder), "DATABASE_POOL_SIZE": "20"},
            capture_output=True,
            text=True,
            check=False,
        )

    def tables(self) -> dict[str, str | None]:
        with psycopg.connect(self.url) as there:
            return digests(there.cursor())


@pytest.fixture
def elsewhere(tmp_path):
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {Elsewhere.name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {Elsewhere.name}")
    yield Elsewhere(tmp_path / "elsewhere")
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {Elsewhere.name} WITH (FORCE)")


@pytest.fixture
def busy_house(doctor, settings, tmp_path):
    settings.UPLOADS_DIR = tmp_path / "uploads"
    AppointmentFactory(
        start_at=clock.now() + timedelta(days=1), patient=PatientFactory(birth_name="SECRETNOM")
    )
    # The other machine has a clock of its own, and tidies what nobody has pointed to for a day.
    upload = UploadFactory(on_disk=True, sent_at=clock.at(date(2190, 1, 4), time(9)))
    upload.digest = storage.digest(upload.key)
    upload.save()
    record(doctor.user, "patients.opened", doctor.user)
    return doctor


def tables_here() -> dict[str, str | None]:
    with connection.cursor() as cursor:
        return digests(cursor)


def take(folder: Path, **options: object) -> Path:
    said = StringIO()
    call_command("backup", to=folder, stdout=said, **options)
    return Path(said.getvalue().split(" (")[0])


def test_encrypted_carried_away_and_brought_back(busy_house, elsewhere, tmp_path, monkeypatch):
    """The whole way: every row and every file, under a key that the portal itself does not have."""
    identity = pyrage.x25519.Identity.generate()
    key = tmp_path / "key.txt"
    key.write_text(f"# kept in the safe\n{identity}\n")
    monkeypatch.setenv("BACKUP_RECIPIENTS", str(identity.to_public()))
    before = tables_here()
    backup = take(tmp_path / "backups")

    assert backup.suffixes == [".tar", ".age"]
    assert backup.stat().st_mode & 0o777 == 0o600
    assert b"SECRETNOM" not in backup.read_bytes()
    assert elsewhere.run("restore", backup).stderr == (
        "CommandError: This backup is encrypted: name the file with its key (--identity, or IDENTITY=…).\n"
    )
    done = elsewhere.run("restore", backup, "--identity", key)
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[1].startswith("whole: ")
    assert said[2:] == [
        "0 frozen years verified.",
        "Fichiers sans ligne effacés : 0. Lignes sans usage effacées : 0.",
        "Tous les fichiers sont là, et tels qu’ils ont été contrôlés.",
        "Restored and verified.",
    ]

    after = elsewhere.tables()
    assert {name: rows for name, rows in after.items() if name not in EMPTY} == {
        name: rows for name, rows in before.items() if name not in EMPTY
    }
    assert [after[name] for name in EMPTY] == [None] * len(EMPTY)
    assert len(list((elsewhere.folder / "test/uploads").rglob("clean"))) == 1

    # What is there is never overwritten unasked; asked, it is kept first.
    refused = elsewhere.run("restore", backup, "--identity", key)
    assert refused.returncode == 1
    assert "The database is not empty" in refused.stderr
    again = elsewhere.run("restore", backup, "--identity", key, "--replace")
    assert again.returncode == 0, again.stderr
    assert elsewhere.tables() == after
    assert len(list((elsewhere.folder / "test/backups").glob("msp-*.tar.age"))) == 1
    assert len(list((elsewhere.folder / "test").glob("uploads.before-*"))) == 1


def test_a_damaged_one_changes_nothing(busy_house, tmp_path, monkeypatch):
    # Threads of other tests may have left a connection open: that is refused elsewhere, before anything is read.
    monkeypatch.setattr("msp_portal.backups.bring_back.check_target", lambda **_: None)
    before = tables_here()
    whole = take(tmp_path / "backups")
    data, middle = whole.read_bytes(), whole.stat().st_size // 3
    short, altered, other = (tmp_path / name for name in ("short.tar", "altered.tar", "other.tar"))
    short.write_bytes(data[: len(data) // 2])
    altered.write_bytes(data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :])
    with tarfile.open(other, "w") as tar:
        tar.add(__file__, "readme.txt")

    said = []
    for path in (short, altered, other):
        with pytest.raises(ProgramError) as refused:
            bring_back(path, replace=True)
        said.append(str(refused.value))
    assert said == [
        "short.tar cannot be read: it is damaged, or the key is not its own.",
        "The database in this backup is damaged: its digest is not the one that was noted.",
        "This file is not a backup of the portal, or only a part of one.",
    ]
    assert tables_here() == before


def test_older_ones_go_once_the_new_one_is_whole(busy_house, tmp_path, settings, monkeypatch):
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in ("20260101", "20260102", "20260103"):
        (folder / f"msp-{day}T000000Z.tar").write_bytes(b"")
    newest = take(folder, keep=2)
    assert sorted(path.name for path in folder.iterdir()) == ["msp-20260103T000000Z.tar", newest.name]

    monkeypatch.delenv("BACKUP_RECIPIENTS", raising=False)
    settings.DEMO = False
    with pytest.raises(CommandError, match="BACKUP_RECIPIENTS is empty"):
        call_command("backup", to=folder)
    monkeypatch.setenv("BACKUP_RECIPIENTS", "age1nonsense")
    with pytest.raises(CommandError, match="no age key"):
        call_command("backup", to=folder)
    assert sorted(path.name for path in folder.iterdir()) == ["msp-20260103T000000Z.tar", newest.name]
