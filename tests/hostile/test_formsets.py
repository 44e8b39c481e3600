"""Forms that come several at a time: how many there are is said by whoever sends them, who may lie."""

from __future__ import annotations

import inspect
from typing import Any, cast

from django.db import connection, transaction
from django.forms import BaseFormSet
from django.http import QueryDict
from hypothesis import strategies as st

from tests.hostile import things, values
from tests.hostile.figures import Figures, story
from tests.hostile.signatures import full_name, modules
from tests.hostile.sizes import INPUTS, IS_FULL
from tests.hostile.stage import Stage
from tests.hostile.test_form_classes import ENGLISH, Sent, making, typed

type Kind = type[BaseFormSet[Any]]

# How often each is filled in, of some four.
EXAMPLES = max(50, INPUTS // 160) if IS_FULL else 12
COUNTS = ["2", "0", "1", "-1", "1000000000", "999999999999999999999", "", "many", "1e3", "٣", "2.5", "\x00"]
PREFIX = "lines"


def formset_classes() -> dict[str, Kind]:
    """By where they are made; those that are only built on have no form of their own."""
    found = {}
    for module in modules().values():
        for name, value in vars(module).items():
            is_one = inspect.isclass(value) and issubclass(value, BaseFormSet) and hasattr(value, "form")
            if is_one and value.form.__module__ == module.__name__:
                found[f"{module.__name__}.{name}"] = cast("Kind", value)
    return found


def counted() -> st.SearchStrategy[Sent]:
    """Mostly two lines, as the page drew them; else what nobody counts to, or nothing at all."""
    told = st.one_of(
        st.just(["2"]),
        st.just(["2"]),
        things.pick(COUNTS).map(lambda one: [one]),
        st.just([]),
        st.just(["1", "2"]),
    )
    names = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    return st.fixed_dictionaries({f"{PREFIX}-{name}": told for name in names})


def lines(kind: Kind, made: dict[str, Any]) -> st.SearchStrategy[Sent]:
    two = [typed(kind.form(prefix=f"{PREFIX}-{number}", **made)) for number in range(2)]
    return st.tuples(counted(), *two).map(lambda parts: {k: v for part in parts for k, v in part.items()})


def judge(kind: Kind, made: dict[str, Any], sent: Sent, *, is_drawn: bool) -> str:
    data = QueryDict(mutable=True)
    for name, several in sent.items():
        data.setlist(name, several)
    posted = kind(data, prefix=PREFIX, form_kwargs=made)
    is_valid = posted.is_valid()
    assert len(posted.forms) <= posted.absolute_max
    said = [str(one) for one in posted.non_form_errors()]
    said += [str(one) for errors in posted.errors for several in errors.values() for one in several]
    assert is_valid or said, "refused without a word"
    ours = [one for one in said if not any(word and word in one for word in values.WORDS)]
    assert [one for one in ours if not one.strip() or ENGLISH.search(one)] == []
    if is_drawn:
        for form in [posted.management_form, *posted.forms]:
            for bound in form:
                bound.as_widget()
    return "valid" if is_valid else "refused"


def fill(figures: Figures, name: str, kind: Kind) -> None:
    first: list[dict[str, Any]] = []
    things.throw(making(kind.form), first.append, times=1, named=name)
    [made], found = first, set()

    def anything(sent: Sent) -> None:
        try:
            figures.count(judge(kind, made, sent, is_drawn=figures.thrown % 12 == 0))
        except Exception as error:  # noqa: BLE001 – whatever comes out is what is looked for
            if (what := story(error)) not in found:
                found.add(what)
                figures.breaks(f"{name}: {str(sent)[:900]}: {what}")
                print(figures.broken[-1], flush=True)  # noqa: T201

    things.throw(lines(kind, made), anything, times=EXAMPLES, named=name)


def test_every_formset_answers(stage: Stage) -> None:
    things.forget_rows()
    before = transaction.savepoint_create()
    kinds = formset_classes()
    assert len(kinds) >= 4
    for name, kind in kinds.items():
        assert name.endswith("FormSet"), full_name(kind)
        fill(stage.figures, name, kind)
    connection.needs_rollback = False
    transaction.savepoint_rollback(before)
    assert stage.figures.broken == []
