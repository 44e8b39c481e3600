"""Where files lie: one folder each, named by chance, below DATA_DIR, read by nobody else of the machine.

`sent` is what came, until it is checked; then `clean`, what is handed out, with `thumb` and `page-1` … to look at.
Nothing of it has a public address: only `core.uploads.serve` opens them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

SENT = "sent"
CLEAN = "clean"
THUMB = "thumb"


def root() -> Path:
    return Path(settings.UPLOADS_DIR)


def folder(key: UUID) -> Path:
    return root() / key.hex[:2] / key.hex


def page(number: int) -> str:
    return f"page-{number}"


def write(key: UUID, chunks: Iterable[bytes]) -> None:
    """What came, as it came. An OSError leaves nothing behind."""
    place = folder(key)
    place.mkdir(mode=0o700, parents=True)
    try:
        handle = os.open(place / SENT, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        remove(key)
        raise


def digest(key: UUID) -> str:
    with (folder(key) / CLEAN).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove(key: UUID) -> None:
    shutil.rmtree(folder(key), ignore_errors=True)


def remove_sent(key: UUID) -> None:
    (folder(key) / SENT).unlink(missing_ok=True)


def found_on_disk() -> Iterator[tuple[UUID, float]]:
    """Every folder on the disk with the instant of its last change; names that are no keys are not ours."""
    for place in root().glob("??/*"):
        try:
            yield UUID(hex=place.name), place.stat().st_mtime
        except (ValueError, FileNotFoundError):
            continue
