"""How one is told by e-mail, and the way out at the bottom of each message."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import EVERYBODY, STAFF

ROWS: list[Row] = [
    row("digest_settings", STAFF),
    row("stop_digest", EVERYBODY, key="digest"),
]
