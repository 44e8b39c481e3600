"""A day as it is typed: far enough for whoever means one, and never to where the calendar of computers ends."""

from __future__ import annotations

import pytest
from django.forms import ValidationError

from core.web.fields import DayField, QuickDayField

OUT_OF_REACH = ["Écrivez une date entre 1900 et 2199."]


@pytest.mark.parametrize("typed", ["0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_that_nobody_means(typed):
    with pytest.raises(ValidationError) as refused:
        DayField().clean(typed)
    assert refused.value.messages == OUT_OF_REACH


@pytest.mark.parametrize("typed", ["1900-01-01", "2199-12-31"])
def test_the_first_and_the_last(typed):
    assert DayField().clean(typed).isoformat() == typed


def test_a_day_written_as_one_says_it():
    with pytest.raises(ValidationError) as refused:
        QuickDayField().clean("31/12/9999")
    assert refused.value.messages == OUT_OF_REACH
