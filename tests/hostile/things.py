"""Something of each type that a signature asks for: rows of the cast's world, words, dates and numbers that hurt."""

from __future__ import annotations

import dataclasses
import enum
import inspect
import types
import typing
import uuid
from collections import abc
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, cast

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.cache import SessionStore
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from accounts.models import User
from appointments.actions.send_cascade import Way
from appointments.cascade_places import Places
from appointments.forms.schedule import Asked
from appointments.models import NoShowRule, RoundStop
from coordination.forms.pathway_template import StepChoices
from coordination.models import MeasureComponent
from coordination.timeline import sources
from partnerships.models import AdvancedConsultation, LetterTemplate, RequestSender, SeatQuota
from patients.models import Patient
from practitioners.models import Internship, Practitioner
from tests.hostile import values
from tests.hostile.signatures import hints
from tests.hostile.sizes import SEED

type Strategy = st.SearchStrategy[Any]

# Rows of one table that are offered: the oldest belong to the cast, whoever asks.
MOST_ROWS = 6
PARIS_NOON = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


class NoWay(Exception):  # noqa: N818 – no error of the portal's
    """Nothing of this type can be made: say in this file how."""


def throw(strategy: Strategy, judge: Callable[[Any], None], *, times: int, named: str) -> None:
    """Hands the same throws to `judge` for the same name. What breaks is written down as it was thrown: making it
    smaller would take longer than mending it."""
    quiet = settings(
        max_examples=times,
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )

    def one(thrown: Any) -> None:
        judge(thrown)

    seed(f"{SEED}:{named}")(quiet(given(strategy)(one)))()


def pick(offered: list[Any]) -> Strategy:
    """By its place: cheaper than a description of them all."""
    if not offered:
        raise NoWay("nothing to choose from")
    return st.integers(0, len(offered) - 1).map(offered.__getitem__)


DAYS = [
    *(date(2026, 11, 23), date(2026, 11, 23), date(2026, 12, 15), date(2026, 11, 22), date(2026, 11, 1)),
    # As far as a field lets them through (core/web/fields.py); test_forms.py throws the others at the fields.
    *(date(1900, 1, 1), date(2024, 2, 29), date(2100, 1, 1), date(2199, 12, 31)),
]
MOMENTS = [
    *(PARIS_NOON + timedelta(hours=20), PARIS_NOON + timedelta(days=1, hours=22), PARIS_NOON),
    *(PARIS_NOON - timedelta(days=30), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    *(datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), datetime(1, 1, 2, tzinfo=UTC)),
    *(datetime(9999, 12, 30, tzinfo=UTC), datetime(1600, 2, 29, 23, 59, tzinfo=UTC)),
]
TIMES = [time(9), time(12, 30), time.min, time.max, time(2, 30)]
LENGTHS = [timedelta(days=7), timedelta(days=30), timedelta(0), timedelta(-1), timedelta.max, timedelta.min]
INTEGERS = [*(0, 1, 2, 3, 5, 10, 15, 60, 2026), *(-1, 2**15, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**40)]
DECIMALS = [
    Decimal(1),
    Decimal("12.50"),
    Decimal(-1),
    Decimal("1e30"),
    Decimal("0.000001"),
    Decimal(10) ** 100,
]
# As a form hands it on: without NUL and halves of characters, which no form lets through.
WORDS = [
    "Bonjour.",
    "Oui",
    *(word for word in values.NASTY if word and "\x00" not in word and len(word) < 300),
]


@cache
def _keys(model: type[models.Model]) -> list[Any]:
    found = list(model._base_manager.order_by("pk").values_list("pk", flat=True)[:MOST_ROWS])
    if not found:
        raise NoWay(f"no row of {model.__name__} in the world of tests/matrix")
    return found


def forget_rows() -> None:
    """Another test has another world."""
    _keys.cache_clear()


def rows(model: type[models.Model]) -> Strategy:
    """Read anew each time: an action may change what it is given."""
    return pick(_keys(model)).map(lambda key: model._base_manager.get(pk=key))


# What only its own room knows how to make.
MADE: dict[Any, Callable[[], Strategy]] = {
    Promise: lambda: st.just(gettext_lazy("Bonjour")),
    SessionBase: lambda: st.builds(SessionStore),
    Way: lambda: st.sampled_from([Way()]),
    Asked: lambda: st.builds(Asked, st.just(QueryDict(""))),
    StepChoices: lambda: st.builds(StepChoices),
    RoundStop: lambda: new(RoundStop),
    SeatQuota: lambda: new(SeatQuota),
    RequestSender: lambda: new(RequestSender),
    NoShowRule: lambda: new(NoShowRule),
    LetterTemplate: lambda: rows(AdvancedConsultation).map(_letter_template),
    Places: lambda: st.builds(Places),
}


def _letter_template(programme: AdvancedConsultation) -> LetterTemplate:
    return LetterTemplate.objects.get_or_create(programme=programme, version=1)[0]


def new(model: type[models.Model]) -> Strategy:
    """Not saved yet, with the rows that it cannot be without."""
    needed = [
        one
        for one in model._meta.concrete_fields
        if isinstance(one, models.ForeignKey) and not one.null and not one.has_default()
    ]
    return st.builds(model, **{one.name: rows_or_new(one.related_model) for one in needed})


def rows_or_new(model: type[models.Model]) -> Strategy:
    try:
        return rows(model)
    except NoWay:
        return new(model)


PLAIN: dict[Any, Callable[[], Strategy]] = {
    bool: st.booleans,
    int: lambda: pick(INTEGERS),
    str: lambda: pick(WORDS),
    date: lambda: pick(DAYS),
    datetime: lambda: pick(MOMENTS),
    time: lambda: pick(TIMES),
    timedelta: lambda: pick(LENGTHS),
    Decimal: lambda: pick(DECIMALS),
    float: st.floats,
    bytes: lambda: pick([b"", b"\x00\xff", b"BEGIN:VCALENDAR\r\n" * 50, b"{" * 500]),
    uuid.UUID: lambda: pick([uuid.UUID(int=0), uuid.UUID(int=2**128 - 1), uuid.UUID(int=7)]),
    object: st.none,
    type(None): st.none,
    AnonymousUser: lambda: st.builds(AnonymousUser),
}


# What an annotation says too little of, by the name of the parameter.
NAMED: dict[str, Callable[[], Strategy]] = {
    "components": lambda: st.builds(MeasureComponent._default_manager.all),
    "stays": lambda: st.builds(Internship._default_manager.all),
    "people": lambda: st.builds(Patient._default_manager.all),
    "patients": lambda: st.builds(Patient._default_manager.all),
    "others": lambda: st.builds(Practitioner._default_manager.all),
    "choices": lambda: st.just([("", "–"), ("1", "Médecins")]),
    "label": lambda: st.just("Bonjour"),
    "entries": lambda: st.just(()),
    "kinds": lambda: st.sampled_from([sources(clinical=True), sources(clinical=False)]),
}


def asked_for(name: str, kind: Any) -> Strategy:
    """What a parameter of this name and annotation is given."""
    try:
        return of(kind)
    except NoWay:
        if name not in NAMED:
            raise
        return NAMED[name]()


def of(kind: Any) -> Strategy:
    """Something of this annotation."""
    if isinstance(kind, typing.TypeAliasType):
        return of(kind.__value__)
    if kind in PLAIN:
        return PLAIN[kind]()
    origin = typing.get_origin(kind)
    if origin is not None:
        return _of_several(kind, origin, typing.get_args(kind))
    if inspect.isclass(kind):
        return _of_class(kind)
    raise NoWay(f"a thing of type {kind}")


def _of_several(kind: Any, origin: Any, args: tuple[Any, ...]) -> Strategy:
    if origin in {types.UnionType, typing.Union}:
        ways = [way for one in args if (way := _way(one)) is not None]
        if not ways:
            raise NoWay(f"a thing of type {kind}")
        return st.one_of(*ways)
    if origin is typing.Literal:
        return pick(list(args))
    if origin is tuple and not (len(args) == 2 and args[1] is Ellipsis):
        return st.tuples(*(of(one) for one in args))
    if inspect.isclass(origin) and issubclass(origin, models.QuerySet):
        return st.builds(args[0]._default_manager.all)
    if inspect.isclass(origin) and issubclass(origin, UploadedFile):
        return values.files
    if inspect.isclass(origin) and issubclass(origin, abc.Mapping):
        return st.dictionaries(of(args[0]), of(args[1]), max_size=2)
    if inspect.isclass(origin) and issubclass(origin, abc.Iterable) and not issubclass(origin, str):
        several = st.lists(of(args[0]), max_size=2)
        return several.map(frozenset) if issubclass(origin, abc.Set) else several
    raise NoWay(f"a thing of type {kind}")


def _way(kind: Any) -> Strategy | None:
    """None where there is none: of what may be left out, it is left out."""
    try:
        return of(kind)
    except NoWay:
        return None


def _of_class(kind: type[Any]) -> Strategy:
    if issubclass(kind, enum.Enum):
        return pick(list(kind))
    if kind is AbstractBaseUser:
        return rows(User)
    if kind is models.Model:
        return st.none()
    if kind in MADE:
        return MADE[kind]()
    if issubclass(kind, models.Model):
        return rows(kind)
    if issubclass(kind, UploadedFile):
        return values.files
    if issubclass(kind, models.QuerySet):
        return st.builds(_model_of(kind)._default_manager.all)
    if dataclasses.is_dataclass(kind) or hasattr(kind, "_fields"):
        known = hints(cast("Any", kind))
        if dataclasses.is_dataclass(kind):
            names = [one.name for one in dataclasses.fields(kind) if one.init]
        else:
            names = list(kind._fields)
        return st.builds(kind, **{name: of(known[name]) for name in names})
    raise NoWay(f"a thing of class {kind.__name__}")


def _model_of(kind: type[models.QuerySet[Any]]) -> type[models.Model]:
    for model in apps.get_models():
        if kind is not models.QuerySet and isinstance(model._default_manager.all(), kind):
            return model
    raise NoWay(f"rows of {kind.__name__}")


def either_new_or_kept(model: type[models.Model]) -> Strategy:
    """What a form of a model is about: a row that is changed, or one that is not there yet."""
    try:
        return st.one_of(new(model), rows(model))
    except NoWay:
        return new(model)
