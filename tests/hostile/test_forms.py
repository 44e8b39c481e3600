"""Every form of every page, as it was drawn for whoever may read it, filled in by somebody who means no good."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import Resolver404, resolve
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.hostile import values
from tests.hostile.figures import story
from tests.hostile.forms import Form, forms_of
from tests.hostile.sizes import DRAWN, INPUTS, IS_FULL, ONE_IN, PARTS, SEED, dice
from tests.hostile.stage import Stage, targets, with_query

# How many ways to fill in one form, of some six hundred; their classes are filled in far oftener by themselves.
EXAMPLES = max(10, INPUTS // 6000) if IS_FULL else 2
MOST_READERS = 2 if IS_FULL else 1

type Found = dict[tuple[str, object], tuple[str, Form]]


def pages(stage: Stage, part: int) -> list[tuple[str, str]]:
    """(who, path): each page for some of those who may read it, the tables of the administration included."""
    found = []
    for target in list(targets())[part :: PARTS * ONE_IN]:
        path = stage.path(target)
        if path is None or "logout" in target.name:
            continue
        if target.row:
            readers = sorted(target.row.get)
        elif target.name.startswith("admin:"):
            readers = ["administrator"] if IS_FULL else []
        else:
            readers = ["visitor", "owner", "doctor", "secretary"]
        dice(target.name).shuffle(readers)
        found += [(who, path) for who in readers[:MOST_READERS]]
    return found


def drawn(stage: Stage, part: int) -> Found:
    """One of each shape for each address that it is sent to."""
    found: Found = {}
    stage.pen.draws = True
    for who, path in pages(stage, part):
        answer: Any = stage.throw(who, "GET", path)
        if answer.status_code != 200 or answer.streaming or "html" not in answer["Content-Type"]:
            continue
        for form in forms_of(answer.content.decode(), path):
            try:
                name = resolve(form.action.partition("?")[0]).view_name
            except Resolver404:
                continue
            found.setdefault((name, form.shape), (who, form))
    return found


def filled_in(form: Form) -> st.SearchStrategy[list[tuple[str, Any]]]:
    """What was drawn, with some fields changed, repeated, left out or made up: so that it gets far, and then hurts."""
    names = st.sampled_from(sorted(form.fields) or ["x"])
    change = st.tuples(
        st.one_of(names, names, names, st.sampled_from(["x", "pk", "id", "__proto__", "patient", "é\x00"])),
        st.one_of(
            *(st.lists(values.values, min_size=1, max_size=1) for _weight in range(4)),
            st.lists(values.values, max_size=3),
            st.lists(values.files, min_size=1, max_size=2) if form.files else st.just([""]),
        ),
    )
    kept = [(name, sent) for name, sent in form.fields.items() if sent]

    def together(changes: list[tuple[str, list[Any]]]) -> list[tuple[str, Any]]:
        return [(name, one) for name, sent in {**dict(kept), **dict(changes)}.items() for one in sent]

    return st.lists(change, min_size=1, max_size=4).map(together)


def send(stage: Stage, who: str, form: Form, sent: list[tuple[str, Any]]) -> None:
    stage.pen.draws = stage.figures.thrown % DRAWN == 0
    if form.method == "GET":
        plain = [(name, value) for name, value in sent if isinstance(value, str)]
        stage.throw(who, "GET", with_query(form.action.partition("?")[0], plain))
        return
    data: dict[str, list[Any]] = {}
    for name, value in sent:
        data.setdefault(name, []).append(value)
    stage.throw(who, "POST", form.action, data)


def fill(stage: Stage, who: str, form: Form, name: str) -> None:
    last: list[tuple[str, Any]] = []

    @seed(f"{SEED}:{name}")
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
        # What breaks is written down as it was thrown; making it smaller would take longer than mending it.
        phases=[Phase.generate],
    )
    @given(filled_in(form))
    def anything(sent: list[tuple[str, Any]]) -> None:
        last[:] = sent
        send(stage, who, form, sent)

    try:
        anything()
    except Exception as error:  # noqa: BLE001 – whatever comes out is what is looked for
        what = str([(key, str(value)[:60]) for key, value in last])[:1500]
        stage.figures.breaks(f"{name}: {form.method} {form.action[:200]} as {who}: {what}: {story(error)}")
        print(stage.figures.broken[-1], flush=True)  # noqa: T201 – a run of half an hour says at once what it has found


@pytest.mark.parametrize("part", range(PARTS))
def test_no_form_breaks(stage: Stage, part: int) -> None:
    for (name, _shape), (who, form) in drawn(stage, part).items():
        fill(stage, who, form, name)
    assert stage.figures.broken == []
