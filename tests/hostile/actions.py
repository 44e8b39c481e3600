"""What each action is called with: rows of anybody, words, days and numbers that no form would let through."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any

from django import forms
from hypothesis import strategies as st

from appointments.actions.book_for import SomebodyNew
from appointments.agenda import OpenTime
from appointments.models import Opening, VisitReason
from appointments.series import Pattern
from appointments.sweep import Slot
from core import clock
from core.uploads.fields import FilesField
from patients.models.proxy import Relation
from tests.hostile import things, values
from tests.hostile.promises import CALLED_BY_THE_PORTAL, CHOSEN, FORM_OF
from tests.hostile.signatures import asked, form_classes, full_name, hints, modules
from tests.hostile.things import Strategy

type Action = Callable[..., Any]

# « `said`: cleaned data of `AllergyForm` »
_CLEANED = re.compile(r"cleaned data of `(\w+)`")
WORDS = [*things.WORDS, "", " ", "\u202e نص", "é" * 5_000, "x" * 100_000, "\U0001f468\u200d\u2695" * 40]


def actions() -> list[Action]:
    """All that anybody may call in `*/actions/*.py`, by its name."""
    found: dict[str, Action] = {}
    for name, module in modules().items():
        if ".actions." not in name:
            continue
        for member, value in vars(module).items():
            own = callable(value) and getattr(inspect.unwrap(value), "__module__", "") == name
            if own and not inspect.isclass(value) and not member.startswith("_"):
                found[full_name(inspect.unwrap(value))] = value
    return [found[name] for name in sorted(found) if name not in CALLED_BY_THE_PORTAL]


def arguments(action: Action) -> Strategy:
    """One call of it; what may be left out is left out now and then."""
    known = hints(action)
    needed, spare = {}, {}
    for name, parameter in asked(action).items():
        made = _argument(action, name, known[name])
        (needed if parameter.default is inspect.Parameter.empty else spare)[name] = made
    return st.fixed_dictionaries(needed, optional=spare)


def _argument(action: Action, name: str, kind: Any) -> Strategy:
    where = full_name(inspect.unwrap(action)).rpartition(".")[2]
    for chosen in (f"{where}.{name}", name):
        if chosen in CHOSEN:
            return CHOSEN[chosen]()
    if "Mapping[str, typing.Any]" in str(kind) or "dict[str, typing.Any]" in str(kind):
        form = _CLEANED.search(inspect.getdoc(inspect.unwrap(action)) or "")
        return cleaned(form.group(1) if form else FORM_OF.get(f"{where}.{name}", name))
    return things.asked_for(name, kind)


@cache
def _forms() -> dict[str, type[forms.BaseForm]]:
    return {one.__name__: one for one in form_classes()}


def cleaned(name: str) -> Strategy:
    """As that form hands it on, whatever stood in each of its fields."""
    if name not in _forms():
        raise things.NoWay(f"no form {name}: say in tests/hostile/promises.py what it holds")
    return st.fixed_dictionaries({key: _value(one) for key, one in _forms()[name].base_fields.items()})


def _value(field: forms.Field) -> Strategy:
    made = _of_field(field)
    # As its `clean` answers nothing at all: "" of words, None of a number or a row, False of a box.
    return made if field.required else st.one_of(made, st.just(_nothing(field)))


def _nothing(field: forms.Field) -> Any:
    if isinstance(field, forms.BooleanField):
        return False
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField | FilesField):
        return []
    if isinstance(field, forms.ModelChoiceField):
        return None
    return getattr(field, "empty_value", "" if isinstance(field, forms.ChoiceField) else None)


def _of_field(field: forms.Field) -> Strategy:
    if isinstance(field, forms.ModelMultipleChoiceField | forms.ModelChoiceField):
        assert field.queryset is not None
        row = things.rows_or_new(field.queryset.model)
        return st.lists(row, max_size=2) if isinstance(field, forms.ModelMultipleChoiceField) else row
    if isinstance(field, forms.ChoiceField):
        flat = [str(one) for one, _label in field.choices if not isinstance(_label, list | tuple)]  # type: ignore[union-attr, misc]
        chosen = things.pick(flat or [""])
        return st.lists(chosen, max_size=2) if isinstance(field, forms.MultipleChoiceField) else chosen
    for kind, made in _TYPED.items():
        if isinstance(field, kind):
            return made()
    longest = getattr(field, "max_length", None) or 10_000
    return things.pick([word[:longest] for word in WORDS if word.strip() or not field.required])


_TYPED: dict[type[forms.Field], Callable[[], Strategy]] = {
    FilesField: lambda: st.lists(values.files, max_size=2),
    forms.BooleanField: st.booleans,
    forms.DateField: lambda: things.pick(things.DAYS),
    forms.DateTimeField: lambda: things.pick(things.MOMENTS),
    forms.TimeField: lambda: things.pick(things.TIMES),
    forms.DecimalField: lambda: things.pick(things.DECIMALS),
    forms.IntegerField: lambda: things.pick(things.INTEGERS),
    forms.FileField: lambda: values.files,
}


def _slot(opening: Opening, reason: VisitReason, minutes: int) -> Slot:
    """Free or not: whoever books it asks again."""
    start = int((opening.start_at + timedelta(minutes=minutes)).timestamp())
    ends = int(opening.end_at.timestamp())
    where = (opening.practitioner_id, opening.pk, opening.place_id, opening.room_id)
    return Slot(start, reason, OpenTime(*where, start, ends, [reason.pk]))


def make_own() -> None:
    """What only the portal's own search makes; its hours are real ones, whatever else is wrong with them."""
    slots = st.builds(
        _slot, things.rows(Opening), things.rows(VisitReason), st.sampled_from([0, 7, 20, 600, -20, 60 * 24])
    )
    things.MADE[Slot] = lambda: slots
    things.MADE[SomebodyNew] = lambda: st.builds(
        SomebodyNew, things.pick(Relation.values), cleaned("RelativeForm")
    )
    things.MADE[Pattern] = lambda: st.builds(
        Pattern,
        things.pick([clock.today(), clock.today() + timedelta(days=40), date(2030, 2, 28)]),
        st.lists(st.integers(0, 6), min_size=1, max_size=3),
    )
