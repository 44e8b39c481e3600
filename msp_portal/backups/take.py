"""Takes a backup while the portal runs: one moment of the database, then the files, which nobody changes."""

from __future__ import annotations

import tempfile
from datetime import UTC
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from core import clock
from core.audit.models import AuditSeal
from msp_portal.backups.contents import DUMP, MANIFEST, SEALED, Manifest, pack, sha256
from msp_portal.backups.programs import run
from msp_portal.backups.shelf import PREFIX, backups_in

# Who was signed in signs in again: a session that was ended since must not come back to life. The others are worth
# nothing an hour later.
EMPTY = (
    "django_session",
    "usersessions_usersession",
    "cache_fallback",
    "appointments_schedulechange",
)


def take(folder: Path, recipients: list[str], keep: int | None = None) -> Path:
    """The path of the new file. With `keep`, older ones of the same folder go, once the new one is whole."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{PREFIX}{clock.now().astimezone(UTC):%Y%m%dT%H%M%SZ}.tar{SEALED if recipients else ''}"
    # Beside its goal: the system's own /tmp may be small, and is not always ours alone.
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as place:
        dump, manifest = Path(place) / DUMP, Path(place) / MANIFEST
        manifest.write_text(_dump(dump).as_json())
        pack(folder / name, {MANIFEST: manifest, DUMP: dump, **kept_files()}, recipients)
    if keep:
        _forget(folder, keep)
    return folder / name


def kept_files() -> dict[str, Path]:
    return {"uploads": Path(settings.UPLOADS_DIR), "media": Path(settings.MEDIA_ROOT)}


def _dump(target: Path) -> Manifest:
    """Rows are counted in the very snapshot that is dumped: what came back can be compared to the row."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        rows = count_rows()
        migrations = applied_migrations()
        seal = AuditSeal.objects.order_by("until").last()
        run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-acl",
            "--no-comments",
            f"--snapshot={snapshot}",
            f"--file={target}",
            *(f"--exclude-table-data={table}" for table in EMPTY),
        )
    return Manifest(
        made_at=clock.now().astimezone(UTC).isoformat(timespec="seconds"),
        dump_sha256=sha256(target),
        migrations=migrations,
        rows=rows,
        last_seal=seal.digest if seal else "",
    )


def count_rows() -> dict[str, int]:
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - set(EMPTY))
        if not tables:
            return {}
        count = sql.SQL("SELECT {}, count(*) FROM {}")
        each = [count.format(sql.Literal(name), sql.Identifier(name)) for name in tables]
        cursor.execute(sql.SQL(" UNION ALL ").join(each))
        return dict(cursor.fetchall())


def applied_migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _forget(folder: Path, keep: int) -> None:
    for old in backups_in(folder)[keep:]:
        old.unlink()
