from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from tests.cast import SUNDAY_NOON
from tests.hostile.figures import Figures
from tests.hostile.stage import Pen, Stage


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    """Of one test; written down where `make hostile` asked for it."""
    figures = Figures(request.module.__name__.rpartition("test_")[2])
    yield figures
    if folder := os.environ.get("HOSTILE_RESULTS"):
        figures.write(Path(folder), request.node.name.encode("ascii", "replace").decode().replace("/", "_"))


@pytest.fixture
def stage(db: None, figures: Figures, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with time_machine.travel(SUNDAY_NOON, tick=False):
        yield Stage.build(figures, Pen(monkeypatch))
