"""What a backup says of itself, and how its one file is written and read."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import pyrage

from msp_portal.backups.programs import ProgramError

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
SEALED = ".age"


@dataclass(frozen=True)
class Manifest:
    """Of one moment: how many rows each table had, the last seal of the trail, which migrations had run."""

    made_at: str
    dump_sha256: str
    migrations: list[str]
    rows: dict[str, int]
    last_seal: str
    format: int = field(default=FORMAT)

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @classmethod
    def from_file(cls, path: Path) -> Manifest:
        try:
            return cls(**json.loads(path.read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise ProgramError("This file is not a backup of the portal, or only a part of one.") from error


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(target: Path, members: dict[str, Path], recipients: list[str]) -> None:
    """Written under another name until it is whole and on the disk; readable by its owner alone."""
    unfinished = target.with_name(target.name + ".part")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            _write(file, members, recipients)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _write(file: IO[bytes], members: dict[str, Path], recipients: list[str]) -> None:
    with _sealed(file, recipients) as sink, tarfile.open(fileobj=sink, mode="w|") as tar:
        for name, path in members.items():
            if path.exists():
                tar.add(path, name)


@contextlib.contextmanager
def _sealed(file: IO[bytes], recipients: list[str]) -> Iterator[IO[bytes]]:
    if not recipients:
        yield file
        return
    keys = [_recipient(text) for text in recipients]
    reading, writing = os.pipe()
    source = os.fdopen(reading, "rb")
    with _in_thread(lambda: pyrage.encrypt_io(source, file, keys), source), os.fdopen(writing, "wb") as sink:
        yield sink


@contextlib.contextmanager
def _in_thread(work: Callable[[], None], end: IO[bytes]) -> Iterator[None]:
    """The other end of a pipe: nothing is held in memory. What goes wrong there is raised here."""
    failed: list[BaseException] = []

    def do() -> None:
        try:
            with end:
                work()
        except BaseException as error:  # noqa: BLE001 – raised again below
            failed.append(error)

    thread = threading.Thread(target=do)
    thread.start()
    try:
        yield
    finally:
        thread.join()
        if failed:
            raise failed[0]


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise ProgramError("BACKUP_RECIPIENTS holds something that is no age key (age1…).") from error


def unpack(source: Path, target: Path, identity: Path | None) -> None:
    """A tar with a path that leads outside, or with anything but files and folders, is refused whole."""
    try:
        with (
            source.open("rb") as file,
            _opened(file, source, identity) as stream,
            tarfile.open(fileobj=stream, mode="r|") as tar,
        ):
            tar.extractall(target, filter="data")
            # To the last byte: the end proves that nothing was cut off, and the other thread writes until then.
            while stream.read(1 << 16):
                pass
    except (tarfile.TarError, EOFError, BrokenPipeError, pyrage.DecryptError) as error:
        raise ProgramError(
            f"{source.name} cannot be read: it is damaged, or the key is not its own."
        ) from error


@contextlib.contextmanager
def _opened(file: IO[bytes], source: Path, identity: Path | None) -> Iterator[IO[bytes]]:
    if source.suffix != SEALED:
        yield file
        return
    if identity is None:
        raise ProgramError(
            "This backup is encrypted: name the file with its key (--identity, or IDENTITY=…)."
        )
    keys = [_identity(line) for line in identity.read_text().split() if line.startswith("AGE-SECRET-KEY-")]
    reading, writing = os.pipe()
    sink = os.fdopen(writing, "wb")
    with _in_thread(lambda: pyrage.decrypt_io(file, sink, keys), sink), os.fdopen(reading, "rb") as plain:
        yield plain


def _identity(line: str) -> Any:
    try:
        return pyrage.x25519.Identity.from_str(line)
    except pyrage.IdentityError as error:
        raise ProgramError("The file of the key holds no age key (AGE-SECRET-KEY-…).") from error
