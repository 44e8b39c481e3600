"""A care plan as it is typed: the aim, problems one a line, goals and who does what as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.actions.write_care_plan import Activity, Goal
from coordination.models import ActivityState, Actor, GoalState, MeasureComponent, Side
from core import clock
from core.web.fields import DayField, QuickDayField
from patients.models.consent import Means
from practitioners.models import Practitioner, Profession

MOST_PROBLEMS, LONGEST = 8, 200
FARTHEST = timedelta(days=730)


class CarePlanForm(forms.Form):
    aim = forms.CharField(
        label=gettext_lazy("Le but, avec les mots du patient"),
        max_length=300,
        error_messages={"required": gettext_lazy("Écrivez le but en une phrase.")},
    )
    problems = forms.CharField(
        label=gettext_lazy("Problèmes, un par ligne"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Écrivez au moins un problème.")},
    )
    review_on = QuickDayField(
        label=gettext_lazy("À relire le"),
        help_text=gettext_lazy("par exemple « dans 3 mois »"),
        error_messages={"required": gettext_lazy("Dites quand ce plan sera relu.")},
    )
    reviewer = forms.TypedChoiceField(
        label=gettext_lazy("Relu par"),
        coerce=int,
        error_messages={"invalid_choice": gettext_lazy("Choisissez un membre de l’équipe.")},
    )
    because = forms.CharField(
        label=gettext_lazy("Ce qui change"),
        max_length=300,
        error_messages={"required": gettext_lazy("Dites en quelques mots ce qui change.")},
    )
    seen_number = forms.IntegerField(min_value=0, max_value=32000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, team: Sequence[Practitioner], is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.team = {one.pk: one for one in team}
        self.fields["reviewer"].choices = [(one.pk, f"{one}, {one.profession_name}") for one in team]  # type: ignore[attr-defined]
        if is_new:
            del self.fields["because"]

    def clean_problems(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["problems"].splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > MOST_PROBLEMS or any(len(line) > LONGEST for line in lines):
            raise forms.ValidationError(_("Huit lignes au plus, de 200 signes au plus."), code="too_long")
        return lines

    def clean_review_on(self) -> date:
        day: date = self.cleaned_data["review_on"]
        if not clock.today() < day <= clock.today() + FARTHEST:
            raise forms.ValidationError(_("Choisissez un jour à venir, dans les deux ans."), code="range")
        return day


class GoalForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Objectif"), max_length=LONGEST, required=False)
    component = forms.ModelChoiceField(
        label=gettext_lazy("Mesure"), queryset=MeasureComponent.objects.none(), required=False
    )
    side = forms.ChoiceField(
        label=gettext_lazy("Cible"),
        choices=[("", "—"), *((one.value, one.label) for one in Side)],
        required=False,
    )
    target = forms.DecimalField(
        label=gettext_lazy("Valeur"),
        required=False,
        max_digits=8,
        decimal_places=3,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": "6"}),
        error_messages={"invalid": gettext_lazy("Écrivez un nombre, par exemple 12,5.")},
    )
    due_on = DayField(label=gettext_lazy("D’ici le"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("État"), choices=GoalState, initial=GoalState.IN_PROGRESS)

    def __init__(self, *args: Any, components: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["component"].queryset = components  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        parts = [data.get("component"), data.get("side"), data.get("target")]
        given = [one not in (None, "") for one in parts]
        if any(given) and not all(given) and not self.errors:
            self.add_error("target", _("Une cible est une mesure, un sens et une valeur."))
        if any(given) and not data.get("text"):
            self.add_error("text", _("Écrivez l’objectif en mots."))
        return data

    @property
    def goal(self) -> Goal | None:
        data = self.cleaned_data
        if not data.get("text"):
            return None
        names = ("text", "component", "side", "target", "due_on", "state")
        return Goal(**{name: data[name] for name in names})


class ActivityForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Action"), max_length=LONGEST, required=False)
    who = forms.ChoiceField(label=gettext_lazy("Qui"), required=False)
    relative = forms.CharField(label=gettext_lazy("Nom du proche"), max_length=80, required=False)
    until = DayField(label=gettext_lazy("Jusqu’au"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("État"), choices=ActivityState, initial=ActivityState.SCHEDULED
    )

    def __init__(
        self, *args: Any, team: Sequence[Practitioner], professions: Sequence[Profession], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.team = {f"p{one.pk}": one for one in team}
        self.professions = {f"m{one.pk}": one for one in professions}
        self.fields["who"].choices = [  # type: ignore[attr-defined]
            ("", "—"),
            (Actor.PATIENT.value, _("le patient lui-même")),
            (Actor.RELATIVE.value, _("un proche")),
            (_("L’équipe"), [(key, f"{one}, {one.profession_name}") for key, one in self.team.items()]),
            (_("Une profession"), [(key, one.name) for key, one in self.professions.items()]),
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("text") and not data.get("who"):
            self.add_error("who", _("Dites qui s’en charge."))
        if data.get("who") and not data.get("text"):
            self.add_error("text", _("Dites ce qui est à faire."))
        return data

    @property
    def activity(self) -> Activity | None:
        data = self.cleaned_data
        if not data.get("text"):
            return None
        who = data["who"]
        practitioner, profession = self.team.get(who), self.professions.get(who)
        actor = Actor.PRACTITIONER if practitioner else Actor.PROFESSION if profession else Actor(who)
        relative = data["relative"] if actor == Actor.RELATIVE else ""
        return Activity(data["text"], actor, practitioner, profession, relative, data["until"], data["state"])


GoalFormSet = forms.formset_factory(GoalForm, extra=2, max_num=8, absolute_max=8)
ActivityFormSet = forms.formset_factory(ActivityForm, extra=3, max_num=12, absolute_max=12)


class AgreementForm(forms.Form):
    agreed_on = DayField(
        label=gettext_lazy("Le"), error_messages={"required": gettext_lazy("Indiquez le jour.")}
    )
    means = forms.ChoiceField(
        label=gettext_lazy("De quelle façon"),
        choices=Means,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Dites comment le patient a donné son accord.")},
    )
    agreed_with = forms.CharField(
        label=gettext_lazy("Avec qui, si ce n’est pas le patient lui-même"), max_length=120, required=False
    )

    def clean_agreed_on(self) -> date:
        day: date = self.cleaned_data["agreed_on"]
        if day > clock.today():
            raise forms.ValidationError(_("Ce jour n’est pas encore passé."), code="future")
        return day


class ClosePlanForm(forms.Form):
    because = forms.CharField(
        label=gettext_lazy("Pourquoi le plan est clos"),
        max_length=300,
        error_messages={"required": gettext_lazy("Dites pourquoi le plan est clos.")},
    )
