"""The bench measures the right thing: small sizes, right slots, whole reports. Nothing here looks at a clock."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection

from appointments.availability import free_slots
from appointments.models import Appointment
from core import clock
from tests.bench import figures, filling, loads, pages, search

SMALL = loads.Size(practitioners=3, days=10, booked=150, patients=200, accounts=3)
MIXED = loads.Size(practitioners=4, days=21, booked=200, patients=300, accounts=0, history=600, mixed=True)


def load(size: loads.Size) -> dict[str, int]:
    with connection.cursor() as cursor:
        return loads.load(size, cursor)


@pytest.mark.django_db
def test_the_reference_work_has_the_slots_that_bare_sql_and_brute_force_find():
    # Ten days from a Monday: eight working days of thirty slots.
    assert load(SMALL) == {"openings": 3 * 8 * 2, "appointments": 150}
    start, end = loads.window(SMALL.days)
    reasons, now = search.all_reasons(), clock.now()
    ours = {(slot.reason.practitioner_id, slot.start_at) for slot in free_slots(reasons, start, end, now=now)}
    assert len(ours) == 3 * 8 * 30 - 150
    assert ours == set(search.bare_sql([reason.practitioner_id for reason in reasons], start, end))
    assert search.agrees_with_oracle(reasons, start, end, now)


@pytest.mark.django_db
def test_history_buffers_absences_and_holidays_agree_with_brute_force_at_no_further_query():
    assert load(MIXED)["appointments"] == 800
    assert Appointment.objects.filter(start_at__lt=clock.now(), status="fulfilled").count() == 600
    start, end = loads.window(MIXED.days)
    reasons, now = search.all_reasons(), clock.now()
    assert search.agrees_with_oracle(reasons, start, end, now)
    assert {search.count_queries(reasons[:people], days) for people in (1, 4) for days in (1, 90)} == {1}
    assert filling.fill_first_days(3) > 0
    assert free_slots(reasons, start, start + timedelta(days=3), now=now) == []


@pytest.mark.django_db
def test_every_page_of_the_booking_path_is_light():
    load(SMALL)
    queries, weight = pages.booking_path()
    assert (queries.name, weight.name) == ("page_queries", "page_weight")
    assert "confirmation" in queries.facts
    assert queries.passed, queries.facts
    assert weight.passed, weight.facts


def test_the_report_says_what_was_missed_and_leaves_the_prose_alone(tmp_path):
    rows = [
        figures.Figure("fast", "something fast", "1 ms", "≤ 2 ms", True, 0.5, {"ms": 1}),
        figures.Figure("slow", "something slow", "3 ms", "≤ 2 ms", False),
        figures.Figure("peer", "a peer", "not measured", "≥ 100 ×"),
    ]
    place = figures.machine("18.6")
    path = figures.write_json(figures.report(rows, place, {"quick": True}), tmp_path)
    document = json.loads(path.read_text())
    assert document["missed"] == ["slow"]
    assert document["options"] == {"quick": True}
    assert {"cores", "python", "postgresql", "commit"} <= set(document["machine"])
    assert document["figures"][0] == {
        "name": "fast",
        "work": "something fast",
        "measured": "1 ms",
        "goal": "≤ 2 ms",
        "passed": True,
        "ratio": 0.5,
        "facts": {"ms": 1},
    }
    page = tmp_path / "performance.md"
    page.write_text(f"Before\n{figures.BEGIN}\nold\n{figures.END}\nAfter\n")
    figures.write_document(rows, place, page)
    text = page.read_text()
    assert text.startswith("Before\n")
    assert text.endswith("\nAfter\n")
    assert "old" not in text
    assert "| something slow | 3 ms | ≤ 2 ms | MISSED |" in text
    assert "| a peer | not measured | ≥ 100 × | – |" in text
