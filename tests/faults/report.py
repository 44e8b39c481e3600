"""docs/reliability.md: what a full run did and found, written by the run itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from core import clock
from msp_portal.paths import BASE_DIR
from tests.bench.figures import machine
from tests.faults.size import FULL

PROPERTY = "reliability"
DOCUMENT = BASE_DIR / "docs" / "reliability.md"
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

_rows: list[tuple[str, dict[str, str]]] = []
_broken: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        _broken.append(report.nodeid)
    if report.when == "call":
        _rows.extend(
            (report.nodeid, dict(cells)) for name, cells in report.user_properties if name == PROPERTY
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Only a run of everything: a part of the table would look like the whole."""
    config = session.config
    is_whole = Path(__file__).parent in {Path(arg).resolve() for arg in config.args}
    is_part = config.option.keyword or config.option.markexpr or hasattr(config, "workerinput")
    if FULL and is_whole and not is_part:
        write(DOCUMENT)


def _rank(row: tuple[str, dict[str, str]]) -> tuple[int, str]:
    node = row[0]
    return STORIES.index(Path(node.partition("::")[0]).stem.removeprefix("test_")), node


def write(document: Path) -> None:
    before, mark, rest = document.read_text().partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (mark and end):
        raise ValueError(f"{document} has lost its marks {BEGIN} … {END}")
    document.write_text(f"{before}{BEGIN}\n{_text()}\n{END}{after}")


def _text() -> str:
    place: dict[str, Any] = machine(f"libpq {psycopg.pq.version_pretty(psycopg.pq.version())}")
    lines = [
        (
            f"Rehearsed on {clock.today().isoformat()}: {place['cores']} cores ({place['processor']}), "
            f"{place['memory_gb']} GB, Python {place['python']}, commit {place['commit']}."
        ),
        "",
        "| fault | done | found | limit | |",
        "| --- | --- | --- | --- | --- |",
    ]
    for node, cells in sorted(_rows, key=_rank):
        verdict = "**BROKEN**" if node in _broken else "held"
        lines.append("| " + " | ".join([*(cells.get(name, "") for name in HEAD), verdict]) + " |")
    seen = {node for node, _cells in _rows}
    lines += [f"| `{node}` | | | | **BROKEN** |" for node in dict.fromkeys(_broken) if node not in seen]
    return "\n".join(lines)
