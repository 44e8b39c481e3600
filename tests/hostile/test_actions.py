"""Every action called by itself: it does its work, or a rule says no in a sentence. Nothing else comes out."""

from __future__ import annotations

import inspect
import socket
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError, connection, transaction
from django.http import Http404

from core.db import violated
from core.refusal import Refusal
from tests.hostile import actions, things
from tests.hostile.figures import Figures, story
from tests.hostile.promises import CALLED_BY_THE_PORTAL, PROMISED
from tests.hostile.signatures import full_name
from tests.hostile.sizes import INPUTS, IS_FULL, PARTS
from tests.hostile.stage import Stage, forget_counters

# How often each is called, with how many makings of its arguments; in the small size, one action in so many.
EXAMPLES = max(12, INPUTS // 3000) if IS_FULL else 2
ONE_IN = 1 if IS_FULL else 8
NO = (Refusal, ValidationError, PermissionDenied, Http404)


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch, uploads: object) -> None:
    """Files have a folder of their own, and nobody of outside is asked for anything."""

    def nowhere(*_args: Any, **_options: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "nowhere")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)


@cache
def constraints() -> dict[str, str]:
    """The sentence of each named rule of a table."""
    return {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message != constraint.default_violation_error_message
    }


def what_it_says(error: Exception) -> str:
    """How a refusal is counted; whatever is none is raised anew."""
    if isinstance(error, NO):
        return "refused"
    if isinstance(error, IntegrityError) and violated(error) in constraints():
        return "refused by a constraint"
    if isinstance(error, DataError):
        # What no column holds: `core/web/away.py` says so to whoever sent it (tests/core/test_away.py).
        return "held by no column"
    raise error


def call(action: Any, given: dict[str, Any]) -> str:
    """Done in full, with what the database would have said at the commit, and then undone."""
    before = transaction.savepoint_create()
    try:
        made = action(**given)
        if hasattr(made, "__enter__"):
            with made:
                pass
        elif inspect.isgenerator(made):
            list(made)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except Exception as error:  # noqa: BLE001 – judged there
        return what_it_says(error)
    finally:
        connection.needs_rollback = False
        transaction.savepoint_rollback(before)
        connection.run_on_commit.clear()
        forget_counters()
    return "done"


def throw_at(figures: Figures, action: Any) -> None:
    name = full_name(inspect.unwrap(action))
    promised = PROMISED.get(name, (NoneOfThem, ""))[0]
    found: set[str] = set()

    def anything(given: dict[str, Any]) -> None:
        try:
            figures.count(call(action, given))
        except promised:
            figures.count("kept by who calls it")
        except Exception as error:  # noqa: BLE001 – whatever comes out is what is looked for
            if (what := story(error)) not in found:
                found.add(what)
                figures.breaks(f"{name}: {str(given)[:900]}: {what}")
                print(figures.broken[-1], flush=True)  # noqa: T201

    try:
        making = actions.arguments(action)
    except Exception as missing:  # noqa: BLE001 – all that cannot be called are named together
        figures.breaks(f"{name}: no way to call it: {story(missing)}")
        print(figures.broken[-1], flush=True)  # noqa: T201
        return
    things.throw(making, anything, times=EXAMPLES, named=name)


class NoneOfThem(Exception):  # noqa: N818 – never raised
    """Nothing was promised."""


@pytest.mark.parametrize("part", range(PARTS))
def test_no_action_breaks(stage: Stage, apart: None, part: int) -> None:
    things.forget_rows()
    actions.make_own()
    for action in actions.actions()[part :: PARTS * ONE_IN]:
        throw_at(stage.figures, action)
    assert stage.figures.broken == []


def test_each_promise_is_about_an_action_that_there_is() -> None:
    known = {full_name(inspect.unwrap(action)) for action in actions.actions()}
    assert len(known) > 480
    assert set(PROMISED) - known == set()
    assert known & set(CALLED_BY_THE_PORTAL) == set()
    assert all(len(reason) > 20 for _kind, reason in PROMISED.values())
