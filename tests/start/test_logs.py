"""Logs tell the operator what happened, never to whom."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.http import HttpResponse
from django.test import RequestFactory
from django_structlog.middlewares import RequestMiddleware

from core.web import stopwatch
from msp_portal import logs


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("sent to marie.dupont+rdv@laposte.net today", "sent to <e-mail> today"),
        (
            'DETAIL:  Key (email)=(marie@x.fr) already exists."',
            'DETAIL:  Key (email)=(…) already exists."',
        ),
        (
            "IntegrityError: no way\nDETAIL:  Failing row contains (12, Zy (née) x, 1950-01-01).\nContext",
            "IntegrityError: no way\nDETAIL:  Failing row contains (…)\nContext",
        ),
        (
            '{"event": "DETAIL:  Failing row contains (12, \\"Zyx\\", 1950).\\n", "level": "error"}',
            '{"event": "DETAIL:  Failing row contains (…)\\n", "level": "error"}',
        ),
        (
            "LINE 1: ... birth_name = 'Zyxwolska' AND nothing\n       ^",
            "LINE 1: …\n       ^",
        ),
        ('invalid input syntax for type integer: "Zyxwolska"', 'invalid input syntax for type integer: "…'),
        ('date/time field value out of range: "1950-13-01"', 'date/time field value out of range: "…'),
        ("INS 255081416802538, 2 55 08", "INS <INS>, 2 55 08"),
        ("ms=1763848343123 id=176384834312345678", "ms=1763848343123 id=176384834312345678"),
        ("call 06 12 34 56 78 or +33612345678", "call <phone> or <phone>"),
        (
            "timestamp=2026-11-21T22:53:22.784220Z pid=14398",
            "timestamp=2026-11-21T22:53:22.784220Z pid=14398",
        ),
        (
            "request_id=13ad7f5a-ce83-44d1-8a50-a493018dabdc",
            "request_id=13ad7f5a-ce83-44d1-8a50-a493018dabdc",
        ),
    ],
)
def test_hides_what_names_a_person(said: str, kept: str) -> None:
    assert logs.scrub(said) == kept


@pytest.mark.parametrize(
    ("request_line", "kept"),
    [
        ("GET /patients/?q=Dupont&ne=1950-01-01", "GET /patients/"),
        ("GET /agenda/cut-off%20token", "GET /agenda/…"),
        ("GET /agenda/k3jH5-aT_x9Qw2LmN8pR.ics", "GET /agenda/….ics"),
        ("GET /praticiens/claire-lefebvre/", "GET /praticiens/claire-lefebvre/"),
    ],
)
def test_tells_the_page_but_not_what_was_asked_or_opens_it(request_line: str, kept: str) -> None:
    event = {"request": request_line, "ip": "192.0.2.1", "user_agent": "Firefox", "code": 200}
    assert logs.without_personal_data(None, "info", event) == {"request": kept, "code": 200}


@pytest.fixture
def spoken(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What a terminal or a collector would receive from everything below the logger « tests.spoken »."""
    config = logs.configure(request.param, level="INFO")
    formatter = logging.config.DictConfigurator(config).configure_formatter(
        config["formatters"]["structured"]
    )
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(formatter)
    logger = logging.getLogger("tests.spoken")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        yield handler.stream
    logger.removeHandler(handler)


@pytest.mark.parametrize("spoken", ["json"], indirect=True)
def test_one_json_object_a_line(spoken: io.StringIO) -> None:
    structlog.get_logger("tests.spoken.ours").info("booked", reference="ABC")
    logging.getLogger("tests.spoken.library").warning("refused %s", "marie@x.fr")
    said: list[dict[str, Any]] = [json.loads(line) for line in spoken.getvalue().splitlines()]
    for line in said:
        line.pop("timestamp")
    common = {"request_id": "r-1"}
    assert said == [
        common | {"event": "booked", "reference": "ABC", "logger": "tests.spoken.ours", "level": "info"},
        common | {"event": "refused <e-mail>", "logger": "tests.spoken.library", "level": "warning"},
    ]


@pytest.mark.parametrize("spoken", ["text"], indirect=True)
def test_key_value_with_the_traceback_below(spoken: io.StringIO) -> None:
    try:
        raise ValueError("no such person: marie@x.fr")
    except ValueError:
        structlog.get_logger("tests.spoken.ours").exception("failed")
    first, *below = spoken.getvalue().splitlines()
    assert first.split(" ", 1)[1] == "level=error event=failed request_id=r-1 logger=tests.spoken.ours"
    assert below[0] == "Traceback (most recent call last):"
    assert below[-1] == "ValueError: no such person: <e-mail>"


def test_a_request_is_one_line_with_its_time(
    rf: RequestFactory, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter((10.0, 10.0414))
    monkeypatch.setattr(stopwatch, "perf_counter", lambda: next(moments))
    caplog.set_level("INFO")
    RequestMiddleware(lambda _request: HttpResponse())(rf.get("/rendez-vous/"))
    (line,) = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    assert {key: line[key] for key in ("event", "code", "request", "ms")} == {
        "event": "request_finished",
        "code": 200,
        "request": "GET /rendez-vous/",
        "ms": 41,
    }
