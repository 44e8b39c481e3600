"""The portal from nothing to « ready » and back to nothing, with real processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from msp_portal.embedded.host import locked
from tests.start.conftest import StartedPortal

Start = Callable[..., StartedPortal]
pytestmark = pytest.mark.slow


def get(port: int, path: str) -> object:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return json.loads(answer.read())


def test_starts_heals_ends_and_starts_again(start: Start, tmp_path: Path) -> None:
    """One long story, because each start costs seconds: ready, a web that dies, SIGTERM, a stale pid, SIGKILL."""
    portal = start()
    portal.wait_until_ready()
    assert get(portal.port, "/sante/live") == {"status": "ok"}
    assert get(portal.port, "/sante/ready") == {
        "status": "ok",
        "database": "ok",
        "cache": "ok",
        "migrations": "ok",
    }
    portal.wait_for("ready.")
    assert [line[:8] for line in portal.said.splitlines() if "Started server process" in line] == ["web    |"]
    assert [line[:8] for line in portal.said.splitlines() if line.endswith("logger=celery.apps.worker")] == [
        "worker |"
    ]
    assert portal.process_named(" beat ").is_running()

    portal.process_named("uvicorn").kill()
    portal.wait_for("event=restarted process=web")
    assert "event=died process=web status=-9 restart_in=1s" in portal.said

    portal.process.terminate()
    assert portal.finish() == 0
    assert portal.gone(within=0) == []
    assert portal.said.rstrip().endswith("event=stopped")

    # The number that the dead server left behind belongs to somebody else by now: to this very test.
    (tmp_path / "data/postgres/postmaster.pid").write_text(
        f"{os.getpid()}\n{tmp_path}/data/postgres\n0\n5432\n"
    )
    again = start()
    again.wait_until_ready()
    again.process.kill()
    assert again.finish() == -signal.SIGKILL
    assert again.gone() == []

    # The kernel took the locks away with their holder.
    with locked(tmp_path / "data/portal.lock"):
        assert not (tmp_path / "data/postgres/postmaster.pid").exists()


def test_a_busy_port_is_a_sentence(start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        portal = start(port=port)
        assert portal.finish() == 1
    assert portal.said == (
        f"\nThe portal did not start. Port {port} is already used by another program. "
        f"Choose another: make run PORT={port + 1}\n"
    )
    assert portal.gone() == []


def test_an_older_data_directory_is_a_sentence(start: Start, tmp_path: Path) -> None:
    cluster = tmp_path / "data/postgres"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("17\n")
    portal = start()
    assert portal.finish() == 1
    assert f"\nThe portal did not start. {cluster} was written by PostgreSQL 17" in portal.said
    assert "Traceback" not in portal.said
    assert portal.gone() == []


def test_a_database_that_does_not_answer_is_a_sentence(start: Start, free_port: int) -> None:
    address = f"postgresql://somebody:secret@127.0.0.1:{free_port}/nothing"
    portal = start(port=free_port + 1, DATABASE_URL=address)
    assert portal.finish() == 1
    assert f"The database of DATABASE_URL (127.0.0.1:{free_port}/nothing) does not answer" in portal.said
    assert "Traceback" not in portal.said
    assert "secret" not in portal.said
    assert portal.gone() == []


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_is_none_is_a_sentence(start: Start, port: str) -> None:
    portal = start(PORT=port)
    assert portal.finish() == 1
    assert (
        portal.said == f"\nThe portal did not start. PORT must be a number from 1 to 65535, not « {port} ».\n"
    )
