"""What is written when one asks, answers, reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models.series import MOST_SESSIONS
from coordination.actions.write_referral import Letter, Word
from coordination.models import Expected, Referral, Urgency
from core import clock
from core.formats import french
from patients.models.consent import Means
from practitioners.models import Practitioner, Profession
from practitioners.models.practitioner import Kind

PRACTITIONER, PROFESSION = "n", "p"


class TargetField(forms.ChoiceField):
    """One list: by profession, anybody of it first, then the names; who is away says so."""

    def __init__(self, **options: Any) -> None:
        errors = {
            "required": _("Choisissez à qui adresser."),
            "invalid_choice": _("Choisissez un nom de la liste."),
        }
        super().__init__(**{"label": _("À qui"), "error_messages": errors, **options})
        self.people: dict[str, Practitioner] = {}
        self.professions: dict[str, Profession] = {}

    def offer(self, people: Sequence[Practitioner], away: dict[int, datetime]) -> None:
        groups: dict[Profession, list[tuple[str, str]]] = {}
        for one in people:
            key = f"{PRACTITIONER}{one.pk}"
            self.people[key] = one
            groups.setdefault(one.profession, []).append((key, _name(one, away.get(one.pk))))
        members = {one.profession_id for one in people if one.kind == Kind.MEMBER}
        choices: list[Any] = [("", _("Choisissez dans la liste"))]
        for profession, names in groups.items():
            anybody = []
            if profession.pk in members and len(names) > 1:
                key = f"{PROFESSION}{profession.pk}"
                self.professions[key] = profession
                anybody = [(key, _("Le premier disponible : %(who)s") % {"who": profession.plural_name})]
            choices.append((profession.name, [*anybody, *names]))
        self.choices = choices

    def value_of(self, key: str) -> tuple[Practitioner | None, Profession | None]:
        return self.people.get(key), self.professions.get(key)


def _name(one: Practitioner, back: datetime | None) -> str:
    if back is None:
        return one.display_name
    return _("%(name)s (absent jusqu’au %(day)s)") % {
        "name": one.display_name,
        "day": french.short_day(back),
    }


def target_key(referral: Referral) -> str:
    if referral.target_id is not None:
        return f"{PRACTITIONER}{referral.target_id}"
    return f"{PROFESSION}{referral.profession_id}"


class WordFields(forms.Form):
    """Only asked where the law wants a word of the patient first."""

    word_scope = forms.CharField(
        label=_("Ce que la personne sait ou accepte"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Une phrase : ce qui est partagé, et avec qui. Elle peut la lire et la retirer."),
    )
    word_means = forms.ChoiceField(
        label=_("Comment"),
        choices=[(one.value, one.label) for one in (Means.ORAL, Means.WRITTEN)],
        initial=Means.ORAL,
        required=False,
        widget=forms.RadioSelect,
    )

    def word(self) -> Word | None:
        scope = self.cleaned_data.get("word_scope", "").strip()
        means = Means(self.cleaned_data.get("word_means") or Means.ORAL)
        return Word(scope, means, clock.today()) if scope else None


class ReferralForm(WordFields):
    target = TargetField()
    subject = forms.CharField(
        label=_("Objet"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "subjects", "autocomplete": "off"}),
        help_text=_("Par exemple : rééducation, troubles de l’équilibre."),
        error_messages={"required": _("Écrivez en quelques mots ce que vous demandez.")},
    )
    sessions = forms.IntegerField(
        label=_("Séances"),
        required=False,
        min_value=1,
        max_value=MOST_SESSIONS,
        widget=forms.NumberInput(attrs={"class": "short-input", "min": 1, "max": MOST_SESSIONS}),
        help_text=_("Vide : à voir avec la personne."),
        error_messages={
            "invalid": _("Écrivez un nombre entier."),
            "min_value": _("Au moins une séance."),
            "max_value": _("Soixante séances au plus."),
        },
    )
    urgency = forms.ChoiceField(
        label=_("Urgence"), choices=Urgency, initial=Urgency.ROUTINE, widget=forms.RadioSelect
    )
    expected = forms.ChoiceField(
        label=_("Retour attendu"), choices=Expected, initial=Expected.REPORT, widget=forms.RadioSelect
    )
    context = forms.CharField(
        label=_("Contexte clinique"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Lu par l’équipe de soins seulement."),
    )

    field_order = ("target", "subject", "sessions", "urgency", "expected", "context")

    def __init__(
        self, people: Sequence[Practitioner], away: dict[int, datetime], *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.targets.offer(people, away)

    @property
    def targets(self) -> TargetField:
        field = self.fields["target"]
        assert isinstance(field, TargetField)
        return field

    def letter(self) -> Letter:
        data = self.cleaned_data
        target, profession = self.targets.value_of(data["target"])
        return Letter(
            subject=data["subject"].strip(),
            target=target,
            profession=profession,
            context=data["context"].strip(),
            sessions=data["sessions"],
            urgency=Urgency(data["urgency"]),
            expected=Expected(data["expected"]),
        )
