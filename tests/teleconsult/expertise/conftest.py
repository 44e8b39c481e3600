"""The scene of every test about an opinion from afar."""

from __future__ import annotations

import pytest

from tests.teleconsult.expertise.cast import Scene, the_scene


@pytest.fixture
def scene(db, sunday) -> Scene:
    return the_scene()
