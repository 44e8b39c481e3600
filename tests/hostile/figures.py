"""What was thrown and what came back; each process writes its own, `make hostile` adds them up."""

from __future__ import annotations

import json
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from msp_portal import paths


@dataclass
class Figures:
    """`broken` holds one line for each input that was answered by 500, by which it can be thrown again."""

    kind: str
    answers: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    @property
    def thrown(self) -> int:
        return sum(self.answers.values())

    def count(self, what: int | str) -> None:
        self.answers[str(what)] += 1

    def breaks(self, line: str) -> None:
        self.count("broken")
        self.broken.append(line)

    def write(self, folder: Path, part: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"kind": self.kind, "answers": self.answers, "broken": self.broken}, indent=1)
        (folder / f"{self.kind}-{part}.json").write_text(text)


def gather(folder: Path) -> dict[str, Figures]:
    found: dict[str, Figures] = {}
    for file in sorted(folder.glob("*.json")):
        read = json.loads(file.read_text())
        one = found.setdefault(read["kind"], Figures(read["kind"]))
        one.answers.update(read["answers"])
        one.broken += read["broken"]
    return found


def story(error: BaseException) -> str:
    """Where it broke: the last lines of ours on the way, and what was said."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [
        f"{Path(frame.filename).relative_to(paths.BASE_DIR)}:{frame.lineno}"
        for frame in frames
        if frame.filename.startswith(str(paths.BASE_DIR)) and ".venv" not in frame.filename
    ]
    return f"{type(error).__name__}: {str(error)[:200]!r} at {' < '.join(reversed(ours[-3:]))}"
