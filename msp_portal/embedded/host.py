"""What the embedded servers ask of the machine: room on the disk, private directories, a user, a leash, a lock."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOM_NEEDED = 300 * 1024 * 1024
SERVER_ACCOUNT = "embedded_postgres"

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class StartError(Exception):
    """Carries the sentence that the person at the terminal reads instead of a traceback."""


def leash(signum: signal.Signals) -> Callable[[], None] | None:
    """For `preexec_fn`: the kernel sends `signum` to the child when this process dies, however it dies."""
    if _libc is None:
        return None
    prctl, parent = _libc.prctl, os.getpid()

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return tie


def follow_parent(signum: signal.Signals) -> None:
    """The same for this very process: `make` may be killed without a chance to pass the signal on."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)


def no_room(place: Path) -> str:
    return f"The disk that holds {place} is full. Make room, or choose another place: make run DATA_DIR=/somewhere/else"


def unwritable(place: Path, error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return no_room(place)
    reason = (error.strerror or str(error)).lower()
    return f"Cannot write to {place} ({reason}). Choose another place: make run DATA_DIR=/somewhere/else"


def check_room(directory: Path) -> None:
    existing = next(path for path in (directory, *directory.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    if free < ROOM_NEEDED:
        megabytes = f"{free // 2**20} MB are free, {ROOM_NEEDED // 2**20} MB are needed"
        raise StartError(f"{no_room(directory)} ({megabytes})")


def private_directory(path: Path, owner: tuple[int, int] | None = None) -> None:
    """Creates or tightens a directory that only its owner may enter; refuses one that a stranger put there first."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        allowed = {os.geteuid(), owner[0]} if owner else {os.geteuid()}
        if path.is_symlink() or path.stat().st_uid not in allowed:
            raise StartError(f"{path} belongs to somebody else. Remove it, or choose another DATA_DIR.")
        if owner is not None:
            os.chown(path, *owner)
        path.chmod(0o700)
    except OSError as error:
        raise StartError(unwritable(path, error)) from error


def package_directory(name: str) -> Path:
    """Where a wheel was installed, without running a line of it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise StartError(
            f"The package « {name} » is not installed, and the environment names no server. "
            "Set DATABASE_URL and REDIS_URL, or install requirements/dev.txt."
        )
    return Path(next(iter(spec.submodule_search_locations)))


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """A lock of the kernel: it ends with its holder, so that a crash never blocks the next start."""
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def server_account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: there it gets a system user of its own. None: it runs as whoever we are."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SERVER_ACCOUNT)
    useradd = shutil.which("useradd", path=f"{os.defpath}:/usr/sbin:/sbin")
    if useradd is not None:
        arguments = ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVER_ACCOUNT]
        subprocess.run([useradd, *arguments], check=False, capture_output=True)
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(SERVER_ACCOUNT)
    return pwd.getpwnam("nobody")


def open_the_way(target: Path) -> None:
    """Lets the server's user pass through (not list) the directories above `target`, as root alone may want."""
    for directory in target.parents:
        mode = directory.stat().st_mode
        if not mode & 0o001:
            directory.chmod(mode | 0o001)
            sys.stderr.write(
                f"Other users may now pass through {directory}: the database's own user must reach it.\n"
            )
