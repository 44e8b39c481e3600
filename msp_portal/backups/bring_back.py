"""Brings a backup back: all of it or nothing, checked against what it said of itself."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from msp_portal.backups.contents import DUMP, MANIFEST, Manifest, sha256, unpack
from msp_portal.backups.programs import ProgramError, environment, find
from msp_portal.backups.take import count_rows, kept_files

BUSY = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def bring_back(source: Path, identity: Path | None = None, *, replace: bool = False) -> Manifest:
    """The database is replaced in one transaction; the files before it, under a name beside theirs, are not removed.

    Raises ProgramError, with nothing changed: a file that is damaged or newer than this program, a portal that still
    runs, a database that is not empty unless `replace`.
    """
    check_target(replace=replace)
    folder = Path(kept_files()["uploads"]).parent
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as place:
        unpack(source, Path(place), identity)
        manifest = Manifest.from_file(Path(place) / MANIFEST)
        _check(manifest, Path(place) / DUMP)
        _load(Path(place) / DUMP)
        _put_files(Path(place), manifest)
    _compare(manifest)
    call_command("migrate", interactive=False, verbosity=0)
    return manifest


def check_target(*, replace: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BUSY)
        (others,) = cursor.fetchone()
        tables = connection.introspection.table_names(cursor)
    if others:
        raise ProgramError("Something is connected to the database: stop the portal first.")
    if tables and not replace:
        raise ProgramError(
            "The database is not empty. To put the backup in its place: --replace (REPLACE=1). "
            "What is there now is backed up first."
        )


def _check(manifest: Manifest, dump: Path) -> None:
    if not dump.exists() or sha256(dump) != manifest.dump_sha256:
        raise ProgramError(
            "The database in this backup is damaged: its digest is not the one that was noted."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or {}}
    newer = [name for name in manifest.migrations if name not in known]
    if newer:
        raise ProgramError(
            f"This backup was taken by a newer portal ({newer[-1]} is not known here): update first."
        )


def _load(dump: Path) -> None:
    """In one transaction: an error leaves what was there."""
    connection.close()
    script = subprocess.Popen(
        [find("pg_restore"), "--no-owner", "--no-acl", "--file=-", str(dump)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    before = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    arguments = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    done = subprocess.run(
        [find("psql"), *arguments, "--command", before, "--file=-"],
        env=environment() | {"PGOPTIONS": "-c client_min_messages=warning"},
        stdin=script.stdout,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    _, said = script.communicate()
    if done.returncode or script.returncode:
        raise ProgramError(f"The database was not changed: {(done.stderr or said.decode()).strip()[-2000:]}")


def _put_files(place: Path, manifest: Manifest) -> None:
    stamp = "".join(sign for sign in manifest.made_at if sign.isdigit())[:14]
    for name, target in kept_files().items():
        if target.exists() and any(target.iterdir()):
            target.rename(target.with_name(f"{target.name}.before-{stamp}"))
        elif target.exists():
            target.rmdir()
        if (place / name).exists():
            (place / name).rename(target)


def _compare(manifest: Manifest) -> None:
    found = count_rows()
    wrong = [name for name, rows in manifest.rows.items() if found.get(name) != rows]
    if wrong:
        raise ProgramError(f"These tables have not the rows that were backed up: {', '.join(wrong)}.")
