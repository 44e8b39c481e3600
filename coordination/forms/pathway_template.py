"""The editor of pathways: the sheet itself, and its steps one under the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.models import ReasonCategory
from coordination.models import PathwayVersion, TemplateStep
from coordination.models.pathway_template import MOST_STEPS
from coordination.pathway_rules import faults_of
from practitioners.models import Practitioner, Profession

PREFIX = "etape"


class LinesField(forms.CharField):
    """A short list, one a line."""

    widget = forms.Textarea

    def __init__(self, *, longest: int, **options: Any) -> None:
        super().__init__(required=False, **options)
        self.longest = longest
        self.widget.attrs["rows"] = 3

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in (value or "").splitlines()]
        return list(dict.fromkeys(line for line in lines if line))

    def validate(self, value: Any) -> None:
        if any(len(line) > self.longest for line in value):
            raise forms.ValidationError(
                _("%(number)s caractères au plus par ligne.") % {"number": self.longest}, code="long"
            )

    def run_validators(self, value: Any) -> None:
        """The lines are checked one by one, above."""


class VersionForm(forms.ModelForm):
    exit_reasons = LinesField(
        label=gettext_lazy("Raisons d’arrêt proposées"),
        help_text=gettext_lazy("Une par ligne : « objectif atteint avant la fin », « suivi à l’hôpital »."),
        longest=100,
    )

    class Meta:
        model = PathwayVersion
        fields = ["name", "neutral_name", "purpose", "starters", "exit_reasons"]
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "starters": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        starters: Any = self.fields["starters"]
        starters.queryset = Profession.objects.order_by("position", "name")
        starters.required = False

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "starters"}


class StepForm(forms.ModelForm):
    answers = LinesField(
        label=gettext_lazy("Réponses possibles"), help_text=gettext_lazy("Une par ligne."), longest=60
    )

    class Meta:
        model = TemplateStep
        fields = [
            "title",
            "kind",
            "category",
            "sessions",
            "per_week",
            "profession",
            "practitioner",
            "after",
            "delay_min",
            "delay_ideal",
            "delay_max",
            "delay_unit",
            "only_if",
            "question",
            "answers",
            "patient_words",
            "is_optional",
        ]
        help_texts = {
            "category": gettext_lazy("Pour un rendez-vous, une série, ou un bilan en consultation."),
            "only_if": gettext_lazy(
                "Une réponse de l’étape précédente, donnée par un professionnel. Vide : toujours."
            ),
            "question": gettext_lazy("Posée au professionnel quand l’étape se termine."),
            "is_optional": gettext_lazy("On peut la passer sans écrire pourquoi."),
        }

    def __init__(
        self, *args: Any, choices: StepChoices, number: int = 1, count: int = 1, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.number = number
        fields: Any = self.fields
        fields["category"].queryset = choices.categories
        fields["category"].choices = choices.category_choices
        fields["profession"].queryset = choices.professions
        fields["profession"].choices = choices.profession_choices
        fields["practitioner"].queryset = choices.practitioners
        fields["practitioner"].choices = choices.practitioner_choices
        fields["per_week"].required = False
        fields["after"] = forms.TypedChoiceField(
            label=_("Après"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", _("le début du parcours"))]
            + [(n, _("l’étape %(number)s") % {"number": n}) for n in range(1, count + 1)],
        )
        for name in ("delay_min", "delay_ideal", "delay_max", "sessions", "per_week"):
            fields[name].widget.attrs["class"] = "short-input"

    @property
    def has_more(self) -> bool:
        """Something stands, or is wrong, in what is folded away."""
        names = (
            "profession",
            "practitioner",
            "only_if",
            "question",
            "answers",
            "patient_words",
            "is_optional",
        )
        return any(self[name].value() or self[name].errors for name in names)

    def clean_per_week(self) -> int:
        return self.cleaned_data["per_week"] or 2

    def clean_sessions(self) -> int | None:
        """Only a series has a number of sessions: what was typed before the kind was changed does not count."""
        return self.cleaned_data["sessions"] if self.cleaned_data.get("kind") == "series" else None

    def _post_clean(self) -> None:
        """Rules between steps are `pathway_rules`; constraints would say the same without a field to stand beside."""
        self.instance.position = self.number
        for name, value in self.cleaned_data.items():
            setattr(self.instance, name, value)


class StepChoices:
    """What the lists of every step hold, read once."""

    def __init__(self) -> None:
        self.categories = ReasonCategory.objects.select_related("profession").order_by(
            "profession__position", "position", "name"
        )
        self.professions = Profession.objects.order_by("position", "name")
        self.practitioners = Practitioner.objects.active().with_names().order_by("last_name", "first_name")
        none = [("", "–")]
        grouped: dict[str, list[tuple[Any, str]]] = {}
        for one in self.categories:
            grouped.setdefault(one.profession.name, []).append((one.pk, one.name))
        self.category_choices: list[Any] = [*none, *grouped.items()]
        self.profession_choices = [
            ("", _("celle du rendez-vous")),
            *((one.pk, one.name) for one in self.professions),
        ]
        self.practitioner_choices = [
            ("", _("à choisir")),
            *((one.pk, str(one)) for one in self.practitioners),
        ]


class StepForms:
    """The steps in order, as they were typed or as they are kept; moved, added and taken away before being saved."""

    def __init__(
        self, rows: Sequence[Mapping[str, Any]] | None = None, data: QueryDict | None = None
    ) -> None:
        choices = StepChoices()
        self.is_bound = data is not None
        count = count_in(data) if data is not None else len(rows or [])
        self.forms = [
            StepForm(
                data,
                prefix=f"{PREFIX}-{index}",
                initial=None if rows is None else dict(rows[index]),
                choices=choices,
                number=index + 1,
                count=count,
            )
            for index in range(count)
        ]

    @property
    def count(self) -> int:
        return len(self.forms)

    @property
    def has_errors(self) -> bool:
        return any(form.errors for form in self.forms)

    def is_valid(self) -> bool:
        """Each step for itself, then between them."""
        valid = [form.is_valid() for form in self.forms]
        if not all(valid):
            return False
        for fault in faults_of(self.steps):
            self.forms[fault.position - 1].add_error(fault.field, fault.sentence)
        return not any(form.errors for form in self.forms)

    def focus(self, order: str) -> None:
        """The keyboard goes on where the step went."""
        verb, _dash, number = order.partition("-")
        place = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
        place = {"ajoute": self.count, "monte": place - 1, "descend": place + 1, "retire": place}.get(verb, 0)
        if self.forms and place:
            title = self.forms[min(max(place, 1), self.count) - 1].fields["title"]
            title.widget.attrs["autofocus"] = True

    @property
    def steps(self) -> list[TemplateStep]:
        return [form.instance for form in self.forms]


def count_in(data: QueryDict) -> int:
    raw = data.get(f"{PREFIX}-count", "0")
    return min(int(raw), MOST_STEPS) if raw.isascii() and raw.isdigit() and len(raw) < 4 else 0


def typed_rows(data: QueryDict) -> list[dict[str, Any]]:
    """What stands in the fields, right or wrong."""
    names = StepForm.Meta.fields
    return [
        {name: data.get(f"{PREFIX}-{index}-{name}", "") for name in names} for index in range(count_in(data))
    ]


def kept_rows(version: PathwayVersion) -> list[dict[str, Any]]:
    rows = version.steps.order_by("position").values(*StepForm.Meta.fields)
    return [{**row, "answers": "\n".join(row["answers"])} for row in rows]


def rearranged(rows: Sequence[Mapping[str, Any]], order: str) -> list[dict[str, Any]]:
    """« ajoute », « monte-3 », « descend-3 », « retire-3 »: the steps, each still after the one that it followed."""
    verb, _dash, number = order.partition("-")
    index = int(number) - 1 if number.isascii() and number.isdigit() and len(number) < 4 else -1
    places = list(range(len(rows)))
    if verb == "monte" and 0 < index < len(rows):
        places[index - 1], places[index] = places[index], places[index - 1]
    elif verb == "descend" and 0 <= index < len(rows) - 1:
        places[index + 1], places[index] = places[index], places[index + 1]
    elif verb == "retire" and 0 <= index < len(rows):
        places.remove(index)
    now_at = {old: new for new, old in enumerate(places)}
    moved = [{**rows[old], "after": _follow(rows, rows[old]["after"], now_at)} for old in places]
    if verb == "ajoute" and len(rows) < MOST_STEPS:
        last = TemplateStep()
        moved.append(
            {
                "kind": last.kind,
                "after": str(len(moved)) if moved else "",
                "delay_min": 0,
                "delay_ideal": 7,
                "delay_max": 14,
                "delay_unit": last.delay_unit,
                "per_week": 2,
            }
        )
    return moved


def _follow(rows: Sequence[Mapping[str, Any]], after: Any, now_at: Mapping[int, int]) -> str:
    """Where a step was taken away, what followed it follows what it followed."""
    text = str(after or "")
    seen = 0
    while (
        text.isascii()
        and text.isdigit()
        and len(text) < 4
        and 0 < int(text) <= len(rows)
        and seen <= len(rows)
    ):
        place = int(text) - 1
        if place in now_at:
            return str(now_at[place] + 1)
        text, seen = str(rows[place]["after"] or ""), seen + 1
    return ""
