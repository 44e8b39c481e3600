"""The embedded PostgreSQL between several users, and what the machine may refuse it."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import psutil
import psycopg
import pytest

from msp_portal import paths
from msp_portal.embedded import host
from msp_portal.embedded.host import StartError
from msp_portal.embedded.postgres import PostgresServer


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    """Too deep for the path of a socket, as a checkout in a long place is."""
    return tmp_path / ("a-rather-long-name-of-a-directory-" * 3) / "data"


@pytest.mark.slow
def test_the_last_user_stops_the_server(deep: Path) -> None:
    first, second = PostgresServer(deep, durable=False), PostgresServer(deep, durable=False)
    assert len(os.fsencode(first.socket_dir)) < 60
    assert first.acquire() is True
    try:
        assert second.acquire() is False
        first.release()
        with psycopg.connect(
            host=str(second.socket_dir), user=paths.ROLE, dbname=paths.DATABASE
        ) as connection:
            rights = connection.execute(
                "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
        assert rights == (False,)

        # A command leans on the running server and leaves it running.
        environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(deep), "DEMO": "1"}
        command = [sys.executable, "manage.py", "showmigrations", "core"]
        said = subprocess.run(
            command,
            cwd=paths.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        assert said.stdout.startswith("core\n [ ] 0001_extensions\n")
        assert second.pid() is not None
    finally:
        first.release()
        second.release()
    assert second.pid() is None
    shutil.rmtree(first.socket_dir)


STARTED_ELSEWHERE = """
import sys, pathlib
from msp_portal.embedded.postgres import PostgresServer
PostgresServer(pathlib.Path(sys.argv[1]), durable=False).acquire()
print("started", flush=True)
sys.stdin.read()
"""


@pytest.mark.slow
def test_one_word_ends_a_server_whose_starter_takes_no_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process still lives, and the server's entry with it: nobody waits for that, nor kills what is dead."""
    said: list[int] = []
    say = psutil.Process.send_signal
    monkeypatch.setattr(
        psutil.Process, "send_signal", lambda self, word: said.append(word) or say(self, word)
    )
    command = [sys.executable, "-c", STARTED_ELSEWHERE, str(tmp_path / "data")]
    with subprocess.Popen(
        command, cwd=paths.BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "started\n"
        server = PostgresServer(tmp_path / "data", durable=False)
        assert server.runs()
        server.stop()
        assert (said, server.pid(), starter.poll()) == ([signal.SIGINT], None, None)
        assert starter.stdin is not None
        starter.stdin.close()


def test_a_full_disk_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(host.shutil, "disk_usage", lambda _: SimpleNamespace(free=12 * 2**20))
    with pytest.raises(StartError) as refusal:
        PostgresServer(tmp_path / "data").prepare()
    assert str(refusal.value) == (
        f"The disk that holds {tmp_path}/data is full. Make room, or choose another place: "
        "make run DATA_DIR=/somewhere/else (12 MB are free, 300 MB are needed)"
    )


def test_a_disk_that_fills_up_meanwhile_is_the_same_sentence(tmp_path: Path) -> None:
    full = "initdb: error: could not write file: No space left on device"
    assert PostgresServer(tmp_path).explain(full) == host.no_room(tmp_path)
    assert host.unwritable(tmp_path, OSError(errno.ENOSPC, "No space left on device")) == host.no_room(
        tmp_path
    )


def test_a_place_that_cannot_be_written_is_a_sentence() -> None:
    with pytest.raises(StartError, match=r"^Cannot write to /proc/nowhere \(no such file or directory\)"):
        PostgresServer(Path("/proc/nowhere")).make_root()


def test_a_directory_that_a_stranger_put_there_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(host.os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(StartError, match="belongs to somebody else"):
        host.private_directory(tmp_path)


def test_a_pid_file_without_its_server_does_not_count(tmp_path: Path) -> None:
    server = PostgresServer(tmp_path)
    assert server.pid() is None
    server.cluster.mkdir()
    (server.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert server.pid() is None
