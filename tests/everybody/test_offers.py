"""Nobody is offered what he is refused: one address in a hundred and one person in four, all of them by `make offers`
(ten minutes)."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import time_machine

from tests.cast import SUNDAY_NOON
from tests.everybody.doors import doors, make_world
from tests.everybody.offers import NO_OFFER, follow, offers_of
from tests.matrix.people import World

IS_FULL = os.environ.get("OFFERS") == "full"
ONE_IN, ONE_PERSON_IN = (1, 1) if IS_FULL else (100, 4)


@pytest.fixture
def world(db, settings) -> Iterator[World]:
    # One person follows thousands of links within a minute that stands still.
    settings.RATE_LIMITS = {name: {"address": "100000/1s"} for name in settings.RATE_LIMITS}
    with time_machine.travel(SUNDAY_NOON, tick=False):
        yield make_world()


def test_a_page_is_read_as_a_browser_reads_it():
    page = """
      <a href="/mon-espace/">Mon espace</a> <a href="https://example.org/">ailleurs</a> <a href="tel:15">15</a>
      <form method="post" action="/compte/logout/"><button>Partir</button></form>
      <form method="post"><input name="a" value="1"><input type="checkbox" name="b"><textarea name="c">mot</textarea>
        <select name="d"><option value="x"><option value="y" selected></select>
        <button name="geste" value="non" formaction="/rendez-vous/">Non</button><button>Oui</button></form>
    """
    found = [(one.verb, one.url, one.fields) for one in offers_of(page, "/ma-journee/")]
    sent = {"a": ["1"], "c": ["mot"], "d": ["y"]}
    assert found == [
        ("GET", "/mon-espace/", {}),
        ("POST", "/rendez-vous/", {**sent, "geste": ["non"]}),
        ("POST", "/ma-journee/", sent),
    ]


def test_what_is_shown_is_open_to_whom_it_is_shown(world):
    behind = [door for door in doors(world) if door.name not in NO_OFFER]
    names = sorted({door.name for door in behind})[::ONE_IN]
    people = sorted({door.who for door in behind})[::ONE_PERSON_IN]
    assert follow(world, [door for door in behind if door.name in names and door.who in people]) == {}
