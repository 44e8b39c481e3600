"""How much is thrown: a little with every run of the tests, everything by `make hostile`."""

from __future__ import annotations

import os
from random import Random

# As many as `make hostile` was asked for; 0 is the small size.
INPUTS = int(os.environ.get("HOSTILE", "0"))
IS_FULL = INPUTS > 0
SEED = os.environ.get("HOSTILE_SEED", "msp")
# A world of its own for each, so that several processes share the work.
PARTS = 8 if IS_FULL else 1

# One page in so many is drawn.
DRAWN = 40 if IS_FULL else 16
# And of the pages with forms, and the tables of the administration, it reads one in so many.
ONE_IN = 1 if IS_FULL else 10


def dice(*names: object) -> Random:
    """The same throws for the same names and seed: what broke can be thrown again."""
    return Random(":".join([SEED, *map(str, names)]))
