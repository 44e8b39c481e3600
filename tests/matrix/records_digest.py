"""The settings that the key in a message opens."""

from __future__ import annotations

import uuid

from coordination.models import DigestSetting
from tests.matrix.frame import record
from tests.matrix.people import World


@record("digest")
def digest(world: World) -> uuid.UUID:
    return DigestSetting.objects.create(user=world.users["doctor"]).stop_key
