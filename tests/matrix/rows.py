"""All rows, by the file that holds them, and the records that they name: a new file of either is found by its name."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from tests import matrix
from tests.matrix.frame import Row

ROOMS: dict[str, list[Row]] = {}
for module in pkgutil.iter_modules(matrix.__path__):
    if module.name.startswith(("rows_", "records_")):
        found = import_module(f"{matrix.__name__}.{module.name}")
        if module.name.startswith("rows_"):
            ROOMS[module.name.removeprefix("rows_")] = found.ROWS
ROWS = [row for rows in ROOMS.values() for row in rows]
