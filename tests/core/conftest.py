from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.outbox import registry
from tests.carriers import NOTE, Post


@pytest.fixture
def post(settings: Any) -> Iterator[type[Post]]:
    settings.OUTBOX_GATEWAYS = dict.fromkeys(("email", "sms"), "tests.carriers.Post")
    Post.given.clear()
    Post.answers.clear()
    registry.register(NOTE)
    yield Post
    registry._kinds.pop(NOTE.name)
