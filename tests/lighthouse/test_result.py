"""What Lighthouse answered is read to the figure, and a goal that is missed is named."""

import json

import pytest

from tests.lighthouse.program import NotMeasuredError, program
from tests.lighthouse.result import Result, read

HERE = "http://127.0.0.1:8000"


def answer(**changes):
    requests = [
        {"url": f"{HERE}/", "transferSize": 6_200, "resourceType": "Document"},
        {"url": f"{HERE}/static/a.css", "transferSize": 17_000, "resourceType": "Stylesheet"},
        {"url": "data:image/svg+xml;base64,AA", "transferSize": 0, "resourceType": "Image"},
        *changes.pop("requests", []),
    ]
    weighed = [{"id": "total-blocking-time", "weight": 30}, {"id": "hint", "weight": 0}]
    return {
        "requestedUrl": f"{HERE}/",
        "finalDisplayedUrl": f"{HERE}/",
        "categories": {
            "performance": {"score": 0.97, "auditRefs": weighed},
            "accessibility": {"score": 1, "auditRefs": []},
            "best-practices": {"score": 1, "auditRefs": []},
        },
        "audits": {
            "network-requests": {"details": {"items": requests}},
            "total-blocking-time": {"id": "total-blocking-time", "score": 0.8},
            "hint": {"id": "hint", "score": 0},
        },
    } | changes


def kept(tmp_path, **changes):
    file = tmp_path / "home.json"
    file.write_text(json.dumps(answer(**changes)))
    return file


def test_what_is_reached(tmp_path):
    result = read("home", kept(tmp_path))
    assert result == Result("home", 97, 100, 100, 6_200, 23_200, 0, ["total-blocking-time 0.8"])
    assert result.missed() == []
    assert result.row() == "| home | 97 | 100 | 100 | 6.2 kB | 23 kB | 0 | reached |"


def test_every_goal_can_be_missed(tmp_path):
    requests = [
        {"url": "https://cdn.example/font.woff2", "transferSize": 180_000, "resourceType": "Font"},
        {"url": f"{HERE}/", "transferSize": 9_000, "resourceType": "Document"},
    ]
    poor = {
        name: {"score": 0.9, "auditRefs": []} for name in ("performance", "accessibility", "best-practices")
    }
    result = read("home", kept(tmp_path, requests=requests, categories=poor))
    assert result.missed() == [
        "performance below 95",
        "accessibility below 100",
        "best practices below 100",
        "HTML above 14 kB",
        "first visit above 200 kB",
        "asks others",
    ]


@pytest.mark.parametrize(
    "changes",
    [{"finalDisplayedUrl": f"{HERE}/compte/login/"}, {"runtimeError": {"message": "NO_FCP"}}],
)
def test_another_page_than_the_one_asked_for_is_no_figure(tmp_path, changes):
    with pytest.raises(SystemExit):
        read("home", kept(tmp_path, **changes))


def test_without_node_nothing_is_measured(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotMeasuredError, match="no node"):
        program(tmp_path)
