"""Times taken in turns, rows with their verdict, and the three places where they are written."""

from __future__ import annotations

import gc
import json
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

from core import clock
from msp_portal import paths

WARM_UP = 6
DOCUMENT = paths.BASE_DIR / "docs" / "performance.md"
BEGIN, END = "<!-- make bench: begin -->", "<!-- make bench: end -->"


@dataclass
class Figure:
    """One row of QUALITY's table. `passed` None: measured for knowledge, or not measured."""

    name: str
    work: str
    measured: str
    goal: str
    passed: bool | None = None
    ratio: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def in_turns(work: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each, one after the other, round by round: a busy moment of the machine hits all of them."""
    for run in work.values():
        for _ in range(WARM_UP):
            run()
    times: dict[str, list[float]] = {name: [] for name in work}
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        for name, run in work.items():
            started = time.perf_counter()
            run()
            times[name].append((time.perf_counter() - started) * 1000)
    gc.unfreeze()
    return times


def ratio(times: Mapping[str, list[float]], ours: str, limit: str) -> float:
    """The median of the rounds' own ratios."""
    return statistics.median(mine / other for mine, other in zip(times[ours], times[limit], strict=True))


def medians(times: Mapping[str, list[float]]) -> dict[str, float]:
    return {f"{name}_ms": round(statistics.median(values), 3) for name, values in times.items()}


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def machine(postgres: str) -> dict[str, Any]:
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else ""
    return {
        "cores": psutil.cpu_count(),
        "processor": model or platform.processor() or platform.machine(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "load_before": round(psutil.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "postgresql": postgres,
        "commit": _commit(),
    }


def _commit() -> str:
    try:
        result = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            cwd=paths.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return result.stdout.strip()


# --- Writing --------------------------------------------------------------------------------------------------------


def verdict(figure: Figure) -> str:
    return {True: "reached", False: "MISSED", None: "–"}[figure.passed]


def table(figures: list[Figure]) -> str:
    rows = [(figure.work, figure.measured, figure.goal, verdict(figure)) for figure in figures]
    head = ("work", "measured", "goal", "")
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(3)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)).rstrip()
        for row in [head, *rows]
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def report(figures: list[Figure], place: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    return {
        "date": clock.local(clock.now()).isoformat(timespec="seconds"),
        "machine": place,
        "options": options,
        "figures": [asdict(figure) for figure in figures],
        "missed": [figure.name for figure in figures if figure.passed is False],
    }


def write_json(document: dict[str, Any], directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{document['date'][:16].replace(':', '')}.json"
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return path


def write_document(figures: list[Figure], place: dict[str, Any], document: Path = DOCUMENT) -> None:
    """The table between the two marks; what people wrote around it stays."""
    text = document.read_text()
    before, _mark, rest = text.partition(BEGIN)
    _old, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{document} has lost its marks {BEGIN} … {END}")
    lines = [
        (
            f"Measured on {clock.today().isoformat()}: {place['cores']} cores ({place['processor']}), "
            f"{place['memory_gb']} GB, Python {place['python']}, PostgreSQL {place['postgresql']}, "
            f"commit {place['commit']}, load {place['load_before']} before the start."
        ),
        "",
        "| work | measured | goal | |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {f.work} | {f.measured} | {f.goal} | {verdict(f)} |" for f in figures]
    document.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}")
