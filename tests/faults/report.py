"""docs/reliability.md: what full runs did and found, written by the runs themselves, story by story."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from core import clock
from msp_portal import paths
from tests.bench.figures import machine
from tests.faults.size import FULL

PROPERTY = "reliability"
DOCUMENT = paths.BASE_DIR / "docs" / "reliability.md"
BEGIN, END = "<!-- make faults: begin -->", "<!-- make faults: end -->"
HEAD = ("fault", "done", "found", "limit")
# In the order of QUALITY.md's table.
STORIES = (
    "messages",
    "cache",
    "database",
    "web",
    "beats",
    "clock",
    "carriers",
    "disk",
    "backup",
    "open_lines",
)

type Row = dict[str, str]


def kept() -> Path:
    """What the runs of this machine found, by story: a part that is run again replaces its own rows."""
    return paths.data_dir() / "faults.json"


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """As each story ends, in the process that reports; a worker of xdist only tells that one."""
    if not FULL or _is_worker():
        return
    cells = [dict(value) for name, value in report.user_properties if name == PROPERTY]
    if report.failed:
        cells = [{"fault": f"`{report.nodeid}`", "verdict": "**BROKEN**"}]
    elif report.when != "call" or not cells:
        return
    rows = _read()
    rows[report.nodeid] = {"verdict": "held", **cells[0], **_stamp()}
    kept().write_text(json.dumps(rows, indent=1, ensure_ascii=False))
    write(rows, DOCUMENT)


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def _stamp() -> Row:
    place: dict[str, Any] = machine("")
    return {
        "on": f"{clock.today().isoformat()}, {place['commit']}",
        "machine": f"{place['cores']} cores ({place['processor']}), {place['memory_gb']} GB, "
        f"Python {place['python']}",
    }


def _read() -> dict[str, Row]:
    return json.loads(kept().read_text()) if kept().exists() else {}


def write(rows: dict[str, Row], document: Path) -> None:
    before, mark, rest = document.read_text().partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (mark and end):
        raise ValueError(f"{document} has lost its marks {BEGIN} … {END}")
    document.write_text(f"{before}{BEGIN}\n{_table(rows)}\n{END}{after}")


def _table(rows: dict[str, Row]) -> str:
    lines = [
        f"On {'; '.join(sorted({row['machine'] for row in rows.values()}))}.",
        "",
        "| fault | done | found | limit | | on |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for _node, row in sorted(rows.items(), key=_rank):
        lines.append("| " + " | ".join(row.get(name, "") for name in (*HEAD, "verdict", "on")) + " |")
    return "\n".join(lines)


def _rank(item: tuple[str, Row]) -> tuple[int, str]:
    node = item[0]
    return STORIES.index(Path(node.partition("::")[0]).stem.removeprefix("test_")), node
