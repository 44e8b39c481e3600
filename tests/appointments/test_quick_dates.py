"""Dates as one says them on the telephone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats.quick_dates import quick_date

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("demain", date(2026, 11, 23)),
        ("Après-demain", date(2026, 11, 24)),
        ("aujourd’hui", SUNDAY),
        ("aujourd'hui", SUNDAY),
        ("dans 3 semaines", date(2026, 12, 13)),
        ("  Dans  trois semaines ", date(2026, 12, 13)),
        ("dans 10 jours", date(2026, 12, 2)),
        ("dans un mois", date(2026, 12, 22)),
        ("2 mois", date(2027, 1, 22)),
        ("lundi", date(2026, 11, 23)),
        ("dimanche", SUNDAY),
        ("dimanche prochain", date(2026, 11, 29)),
        ("jeudi prochain", date(2026, 11, 26)),
        ("la semaine prochaine", date(2026, 11, 23)),
        ("le mois prochain", date(2026, 12, 1)),
        ("15/12", date(2026, 12, 15)),
        ("15/1", date(2027, 1, 15)),
        ("15.12.26", date(2026, 12, 15)),
        ("15-12-2026", date(2026, 12, 15)),
        ("2026-12-15", date(2026, 12, 15)),
        ("31/02", None),
        ("dans 4000 jours", None),
        ("bientôt", None),
        ("", None),
    ],
)
def test_said_on_the_telephone(text, day):
    assert quick_date(text, SUNDAY) == day


def test_the_end_of_a_long_month():
    assert quick_date("dans 1 mois", date(2027, 1, 31)) == date(2027, 2, 28)
    assert quick_date("29/02", date(2027, 3, 1)) == date(2028, 2, 29)


@given(st.text(max_size=60))
def test_no_text_breaks_it(text):
    assert quick_date(text, SUNDAY) is None or isinstance(quick_date(text, SUNDAY), date)
