"""Days, hours, sums and numbers as the house writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from core.formats import french

NBSP = "\u00a0"
AFTERNOON = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)
LATE_IN_UTC = datetime(2026, 7, 31, 22, 5, tzinfo=UTC)


def render(expression: str, value: object) -> str:
    return Template("{% load french %}{{ value|" + expression + " }}").render(Context({"value": value}))


@pytest.mark.parametrize(
    ("expression", "value", "expected"),
    [
        ("jour", AFTERNOON, "lundi 23 novembre"),
        ("jour", LATE_IN_UTC, "samedi 1er août"),
        ("jour", date(2028, 2, 29), "mardi 29 février"),
        ("jour_an", AFTERNOON, "lundi 23 novembre 2026"),
        ("jour_court", date(2026, 12, 1), "1er décembre"),
        ("jour_semaine", date(2026, 11, 29), "dimanche"),
        ("mois", date(2026, 11, 29), "novembre 2026"),
        ("heure", AFTERNOON, "14 h 30"),
        ("heure", LATE_IN_UTC, "0 h 05"),
        ("heure", datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "14 h"),
        ("heure", time(8, 0), "8 h"),
        ("iso", AFTERNOON, "2026-11-23T14:30+01:00"),
        ("iso", LATE_IN_UTC, "2026-08-01T00:05+02:00"),
        ("duree", 20, "20 min"),
        ("duree", 60, "1 h"),
        ("duree", 90, "1 h 30"),
        ("duree", 125, "2 h 05"),
        ("euros", Decimal("26.50"), "26,50 €"),
        ("euros", 30, "30 €"),
        ("euros", Decimal("1234567.8"), "1 234 567,80 €"),
        ("euros", Decimal("-12"), "\u221212 €"),
        ("telephone", "0321000000", "03 21 00 00 00"),
        ("telephone", "+33 3 21 00 00 00", "03 21 00 00 00"),
        ("telephone", "0033321000000", "03 21 00 00 00"),
        ("telephone", "+32 2 555 12 12", "+32 2 555 12 12"),
        ("telephone", "15", "15"),
        ("tel", "03 21 00 00 00", "+33321000000"),
        ("tel", "15", "15"),
    ],
)
def test_french(expression: str, value: object, expected: str) -> None:
    with translation.override("fr"):
        written = render(expression, value)
    assert written.replace(NBSP, " ") == expected


@pytest.mark.parametrize(
    ("expression", "value", "expected"),
    [
        ("jour", AFTERNOON, "Monday 23 November"),
        ("jour", date(2026, 12, 1), "Tuesday 1 December"),
        ("jour_an", AFTERNOON, "Monday 23 November 2026"),
        ("heure", AFTERNOON, "14:30"),
        ("heure", time(8, 0), "08:00"),
        ("duree", 90, "1 h 30 min"),
        ("euros", Decimal("1234.5"), "€1,234.50"),
        ("telephone", "0321000000", "03 21 00 00 00"),
    ],
)
def test_english(expression: str, value: object, expected: str) -> None:
    with translation.override("en"):
        written = render(expression, value)
    assert written.replace(NBSP, " ") == expected


@pytest.mark.parametrize(
    ("spoken", "same", "other", "within", "across"),
    [
        (
            "fr",
            "le lundi 23 novembre",
            "du lundi 23 novembre au mardi 1er décembre",
            "le lundi 23 novembre, de 14 h 30 à 17 h",
            "du lundi 23 novembre à 14 h 30 au mardi 24 novembre à 14 h 30",
        ),
        (
            "en",
            "Monday 23 November",
            "Monday 23 November to Tuesday 1 December",
            "Monday 23 November, 14:30 to 17:00",
            "Monday 23 November, 14:30, to Tuesday 24 November, 14:30",
        ),
    ],
)
def test_one_day_is_not_said_twice(spoken: str, same: str, other: str, within: str, across: str) -> None:
    day, end = timedelta(days=1), timedelta(hours=2, minutes=30)
    with translation.override(spoken):
        written = [
            french.days(AFTERNOON, AFTERNOON + end),
            french.days(AFTERNOON, date(2026, 12, 1)),
            french.hours(AFTERNOON, AFTERNOON + end),
            french.hours(AFTERNOON, AFTERNOON + day),
        ]
    assert [one.replace(NBSP, " ") for one in written] == [same, other, within, across]


def test_what_belongs_together_is_not_torn_apart_at_the_end_of_a_line() -> None:
    with translation.override("fr"):
        assert render("heure", AFTERNOON) == f"14{NBSP}h{NBSP}30"
        assert render("jour", AFTERNOON) == f"lundi 23{NBSP}novembre"
        assert render("jour_an", AFTERNOON) == f"lundi 23{NBSP}novembre{NBSP}2026"
        assert render("telephone", "0321000000") == NBSP.join(["03", "21", "00", "00", "00"])
        assert render("euros", 30) == f"30{NBSP}€"


@pytest.mark.parametrize("expression", ["jour", "heure", "iso", "duree", "euros", "telephone", "tel"])
@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_is_written_as_nothing(expression: str, nothing: str | None) -> None:
    assert render(expression, nothing) == ""
