"""Every form class by itself, bound to what nobody types who means well: nothing breaks, refusals are in French."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, cast

import pytest
from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import EditWebAuthnForm
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.cache import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import QueryDict
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict
from hypothesis import strategies as st

from partnerships.forms.evidence_grid import GridForm
from tests.hostile import things, values
from tests.hostile.figures import Figures, story
from tests.hostile.signatures import asked, form_classes, full_name, hints
from tests.hostile.sizes import INPUTS, IS_FULL, PARTS
from tests.hostile.stage import Stage

# How often each class is filled in, with how many makings.
EXAMPLES = max(50, INPUTS // 320) if IS_FULL else 8
# Every so many, the form is drawn with what was typed: a value that cannot be shown is an answer of 500 too.
DRAWN = 12
# Words that a sentence of Django's own would hold, were it not translated.
ENGLISH = re.compile(
    r"\b(this field|enter a|ensure|select a|must be|is not|required|invalid|choose|please|already exists)\b",
    re.IGNORECASE,
)
# What the other throws hold too little of. Halves of characters do not survive HTTP, and no form is bound to JSON.
RAW = ["x" * 100_000, "=cmd|' /C calc'!A0", "%s%n{0}", "1e999", "٣" * 30, "2026-02-29"]
HURTING = [*values.NASTY, *RAW]
FITTING = {
    forms.DateField: ["2026-11-30", "30/11/2026", "1950-06-01", "2026-12-15"],
    forms.TimeField: ["09:00", "12:30", "18:00"],
    forms.DateTimeField: ["2026-11-30T09:00", "2026-11-30 09:00"],
    forms.DurationField: ["00:30:00"],
    forms.EmailField: ["quelquun@example.org"],
    forms.URLField: ["https://example.org/"],
    forms.UUIDField: ["00000000-0000-4000-8000-000000000007"],
    forms.BooleanField: ["on"],
    forms.IntegerField: ["1", "2", "15"],
}
# What was typed, what is typed about; and the photographs asked for, of which there is always one.
_NOT_OURS = {"data", "files", "initial", "instance", "shots"}
# Forms that are told to change a part only of what is there already.
ONLY_KEPT = {GridForm}
# A number, a day, or who is away until when: counted by the portal, not typed.
COUNTED = {int: st.integers(1, 5), date: st.just(date(2026, 11, 22)), dict[int, datetime]: st.just({})}
hurting = things.pick(HURTING)

type Sent = dict[str, list[str]]


def fitting(field: forms.Field) -> list[str]:
    """What a person would choose or type there."""
    if isinstance(field, forms.ModelChoiceField):
        queryset = field.queryset
        return [] if queryset is None else [str(field.prepare_value(row)) for row in queryset[:3]]
    if isinstance(field, forms.ChoiceField):
        flat: list[str] = []
        for value, label in cast("Any", field.choices):
            inner = label if isinstance(label, (list, tuple)) else [(value, label)]
            flat += [str(one) for one, _label in inner]
        return flat[:6]
    for kind, offered in FITTING.items():
        if isinstance(field, kind):
            return offered
    most = getattr(field, "max_length", None) or 200
    return ["Bonjour, tout va bien."[:most], "é" * min(most, 400), "Lefebvre"[:most]]


def sent_names(form: forms.BaseForm, name: str) -> list[str]:
    """A field of several boxes is sent under several names."""
    widget: Any = form.fields[name].widget
    whole = form.add_prefix(name)
    if isinstance(widget, forms.MultiWidget):
        endings = cast("Any", widget).widgets_names
        return [f"{whole}{ending}" for ending in endings]
    return [whole]


def typed(form: forms.BaseForm) -> st.SearchStrategy[Sent]:
    """What fits, and up to three fields that hurt, are left out or are sent several times."""
    fit = {
        sent: things.pick(fitting(form.fields[name]) or [""]).map(lambda one: [one])
        for name in form.fields
        for sent in sent_names(form, name)
    }
    worse = st.one_of(hurting.map(lambda one: [one]), st.lists(hurting, max_size=3))
    changes = st.lists(st.tuples(things.pick(sorted(fit) or ["x"]), worse), max_size=3).map(dict)
    return st.tuples(st.fixed_dictionaries(fit), changes).map(lambda both: {**both[0], **both[1]})


def making(kind: type[forms.BaseForm]) -> st.SearchStrategy[dict[str, Any]]:
    """All that its constructor wants besides what was typed."""
    wanted: dict[str, st.SearchStrategy[Any]] = {}
    settled: set[str] = set()
    for maker in _makers(kind):
        known = hints(maker)
        wanted |= {
            name: COUNTED[known[name]] if known[name] in COUNTED else things.asked_for(name, known[name])
            for name in asked(maker)
            if name in known and name not in _NOT_OURS and name not in wanted and name not in settled
        }
        # What it hands on to those below by itself.
        settled |= set(re.findall(r"(\w+)=", inspect.getsource(maker)))
    if issubclass(kind, forms.BaseModelForm):
        model = kind._meta.model
        is_kept = kind in ONLY_KEPT
        wanted["instance"] = things.rows(model) if is_kept else things.either_new_or_kept(model)
    return st.fixed_dictionaries(wanted)


def _makers(kind: type[forms.BaseForm]) -> Iterator[Any]:
    """Its own constructor, and those that it hands the rest on to."""
    for one in kind.__mro__:
        if maker := vars(one).get("__init__"):
            yield maker
            kinds = {parameter.kind for parameter in inspect.signature(maker).parameters.values()}
            if inspect.Parameter.VAR_KEYWORD not in kinds:
                return


def built(kind: Any, made: dict[str, Any], sent: Sent | None, files: Any = None) -> forms.BaseForm:
    """Nothing sent: as a page shows it first. The filters of an address are always sent something."""
    parameters = inspect.signature(kind.__init__).parameters
    takes_all = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters.values())
    data = None
    if sent is not None or (sent is None and _wants_data(parameters)):
        data = QueryDict(mutable=True)
        for name, several in (sent or {}).items():
            data.setlist(name, several)
    taken: dict[str, Any] = {"data": data} if takes_all or "data" in parameters else {}
    if issubclass(kind, LoginForm):  # takes it out of the rest of its options
        taken["request"] = context.request
    if issubclass(kind, EditWebAuthnForm):
        taken["instance"] = Authenticator(type=Authenticator.Type.WEBAUTHN, data={"name": "Téléphone"})
    form: forms.BaseForm = kind(**made, **taken, **({"files": files} if files else {}))
    return form


def _wants_data(parameters: Mapping[str, inspect.Parameter]) -> bool:
    return "data" in parameters and parameters["data"].default is inspect.Parameter.empty


def judge(form: forms.BaseForm, *, is_drawn: bool) -> str:
    """Whether it is valid; every refusal says in French why."""
    if not form.is_bound:
        return "shown"
    is_valid = form.is_valid()
    said = [str(one) for several in form.errors.values() for one in several]
    assert is_valid == (not said)
    for sentence in said:
        assert sentence.strip(), f"an empty refusal: {form.errors.as_json()}"
        if not any(word and word in sentence for word in values.WORDS):
            assert not ENGLISH.search(sentence), f"not in French: {sentence}"
    if is_drawn:
        for bound in form:
            bound.as_widget()
    return "valid" if is_valid else "refused"


def files_for(form: forms.BaseForm, number: int) -> MultiValueDict[str, SimpleUploadedFile]:
    names = [form.add_prefix(name) for name, one in form.fields.items() if isinstance(one, forms.FileField)]
    return MultiValueDict(
        {name: [values.file((number + place) % len(values.FILES))] for place, name in enumerate(names)}
    )


def fill(figures: Figures, kind: type[forms.BaseForm]) -> None:
    """Its lists are read once: whoever is chosen there may have gone when the form is sent."""
    name, before = full_name(kind), transaction.savepoint_create()
    found: set[str] = set()

    def anything(thrown: tuple[dict[str, Any], Sent]) -> None:
        made, sent = thrown
        try:
            form = built(kind, made, sent, files_for(empty, figures.thrown))
            figures.count(judge(form, is_drawn=figures.thrown % DRAWN == 0))
        except Exception as error:  # noqa: BLE001 – whatever comes out is what is looked for
            connection.needs_rollback = False
            transaction.savepoint_rollback(before)
            if (what := story(error)) not in found:
                typed = {key: [one[:60] for one in several] for key, several in sent.items()}
                found.add(what)
                figures.breaks(f"{name}: {str(typed)[:900]}: {what}")
                print(figures.broken[-1], flush=True)  # noqa: T201

    first: list[dict[str, Any]] = []
    try:
        making_of = making(kind)
        things.throw(making_of, first.append, times=1, named=name)
        empty = built(kind, first[0], None)
    except Exception as missing:  # noqa: BLE001 – all that cannot be built are named together
        figures.breaks(f"{name}: no way to build it: {story(missing)}")
        print(figures.broken[-1], flush=True)  # noqa: T201
        return
    things.throw(st.tuples(making_of, typed(empty)), anything, times=EXAMPLES, named=name)
    transaction.savepoint_rollback(before)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_form_class_answers(stage: Stage, part: int) -> None:
    things.forget_rows()
    request = RequestFactory().post("/")
    request.session, request.user = SessionStore(), AnonymousUser()
    with request_context(request):  # what the forms of signing in read of the request
        for kind in form_classes()[part::PARTS]:
            fill(stage.figures, kind)
    assert stage.figures.broken == []
