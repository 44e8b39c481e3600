"""Files that arrive piece by piece: what has come so far, beside the whole files, named by chance like them.

The row says how much of it counts: bytes behind that are of a piece that was never acknowledged, and are written over.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from uuid import UUID

from core.uploads.storage import root

# No two letters long: `storage.found_on_disk` takes it for no file of its own.
FOLDER = "parts"


def _path(key: UUID) -> Path:
    return root() / FOLDER / key.hex


def write(key: UUID, offset: int, data: bytes) -> None:
    """These bytes from there on, on the disk before it answers. The caller holds the row."""
    path = _path(key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "r+b") as file:
        file.truncate(offset)
        file.seek(offset)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def opened(key: UUID) -> BufferedReader:
    return _path(key).open("rb")


def head(key: UUID, length: int) -> bytes:
    with opened(key) as file:
        return file.read(length)


def remove(key: UUID) -> None:
    _path(key).unlink(missing_ok=True)


def found_on_disk() -> Iterator[tuple[UUID, float]]:
    """Every one that lies there, with the instant of its last change."""
    for path in (root() / FOLDER).glob("*"):
        try:
            yield UUID(hex=path.name), path.stat().st_mtime
        except (ValueError, FileNotFoundError):
            continue
