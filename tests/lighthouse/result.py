"""What is read out of Lighthouse's answer, beside the goals of QUALITY.md."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PERFORMANCE, FULL = 95, 100
HTML_KB, FIRST_VISIT_KB = 14, 200
KB = 1000


@dataclass(frozen=True)
class Result:
    page: str
    performance: int
    accessibility: int
    best_practices: int
    html: int
    first_visit: int
    others: int
    complaints: list[str]

    def missed(self) -> list[str]:
        goals = {
            f"performance below {PERFORMANCE}": self.performance >= PERFORMANCE,
            f"accessibility below {FULL}": self.accessibility == FULL,
            f"best practices below {FULL}": self.best_practices == FULL,
            f"HTML above {HTML_KB} kB": self.html <= HTML_KB * KB,
            f"first visit above {FIRST_VISIT_KB} kB": self.first_visit <= FIRST_VISIT_KB * KB,
            "asks others": self.others == 0,
        }
        return [goal for goal, reached in goals.items() if not reached]

    def row(self) -> str:
        return (
            f"| {self.page} | {self.performance} | {self.accessibility} | {self.best_practices} "
            f"| {self.html / KB:.1f} kB | {self.first_visit / KB:.0f} kB | {self.others} "
            f"| {'reached' if not self.missed() else 'MISSED: ' + ', '.join(self.missed())} |"
        )

    def line(self) -> str:
        return f"{self.row()} {'; '.join(self.complaints)}"


def read(page: str, file: Path) -> Result:
    answer = json.loads(file.read_text())
    if error := answer.get("runtimeError"):
        raise SystemExit(f"Lighthouse failed on {page}: {error['message']}")
    asked = answer["finalDisplayedUrl"]
    if urlsplit(asked).path != urlsplit(answer["requestedUrl"]).path:
        raise SystemExit(
            f"Lighthouse was sent away from {answer['requestedUrl']} to {asked}: nothing measured."
        )
    requests = [
        one for one in answer["audits"]["network-requests"]["details"]["items"] if one["url"][:4] == "http"
    ]
    score = {name: round(100 * (one["score"] or 0)) for name, one in answer["categories"].items()}
    return Result(
        page=page,
        performance=score["performance"],
        accessibility=score["accessibility"],
        best_practices=score["best-practices"],
        html=sum(one["transferSize"] for one in requests if one["resourceType"] == "Document"),
        first_visit=sum(one["transferSize"] for one in requests),
        others=sum(urlsplit(one["url"]).netloc != urlsplit(asked).netloc for one in requests),
        complaints=complaints(answer),
    )


def complaints(answer: dict[str, Any]) -> list[str]:
    """What costs points."""
    weighed = [
        ref["id"] for one in answer["categories"].values() for ref in one["auditRefs"] if ref["weight"]
    ]
    audits = (answer["audits"][name] for name in weighed)
    return [
        f"{one['id']} {one['score']}" for one in audits if one["score"] is not None and one["score"] < 0.9
    ]
