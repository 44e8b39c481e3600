"""The child that opens what strangers send: a process of its own, with little memory, little time and no secret."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from core.uploads import storage
from core.uploads.refusals import Why
from core.uploads.sniff import JPEG, PDF

log = structlog.get_logger(__name__)

BASE = Path(__file__).resolve().parent.parent.parent
# By the clock; the child's own limit of processor time is shorter.
SECONDS = 40


@dataclass(frozen=True)
class Verdict:
    why: str = ""
    content_type: str = ""
    size: int = 0
    pages: int = 0
    previews: int = 0


def wash(key: UUID, sent_type: str) -> Verdict:
    """`clean` and the pictures to look at beside `sent`, or why not. OSError where the disk refuses."""
    place = storage.folder(key)
    kind = "pdf" if sent_type == PDF else "image"
    answer = run(kind, place / storage.SENT, place)
    if answer.get("why"):
        return Verdict(why=answer["why"])
    if kind == "pdf":
        # Apart: a page that cannot be drawn is still a page that can be read elsewhere.
        drawn = run("draw", place / storage.CLEAN, place)
        answer["previews"] = drawn.get("previews", 0)
    return Verdict(
        content_type=PDF if kind == "pdf" else JPEG,
        size=(place / storage.CLEAN).stat().st_size,
        pages=answer["pages"],
        previews=answer["previews"],
    )


def portrait(data: bytes, side: int) -> bytes:
    """A square JPEG at once, for a small picture in a form. Raises ValueError with a `Why`."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        (place / storage.SENT).write_bytes(data)
        answer = run("portrait", place / storage.SENT, place, str(side))
        if answer.get("why"):
            raise ValueError(answer["why"])
        return (place / storage.CLEAN).read_bytes()


def run(job: str, source: Path, target: Path, *more: str) -> dict[str, Any]:
    """The child's answer; a child that dies of its limits met a trap."""
    try:
        done = subprocess.run(
            [sys.executable, "-s", "-m", "core.uploads.wash", job, str(source), str(target), *more],
            cwd=BASE,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"why": Why.TRAP}
    if done.returncode != 0:
        if shutil.disk_usage(target).free < 1024 * 1024:
            raise OSError("no room for a clean file")
        log.warning("upload.child_died", job=job, code=done.returncode, error=_last_word(done.stderr))
        return {"why": Why.TRAP}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _last_word(said: bytes) -> str:
    """The name of the error alone: its sentence may quote the file."""
    return (said.decode(errors="replace").splitlines() or [""])[-1].split(":")[0][:80]
