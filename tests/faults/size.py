"""How much of each fault: a few kills every day, in `make faults` what QUALITY.md asks for."""

from __future__ import annotations

import os

FULL = os.environ.get("FAULTS") == "full"


def size(daily: int, full: int) -> int:
    return full if FULL else daily
