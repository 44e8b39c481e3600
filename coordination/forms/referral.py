"""What is written when one asks, answers, reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import VisitReason
from appointments.models.series import MOST_SESSIONS
from coordination.actions.answer_referral import Plan
from coordination.actions.report_referral import Account, Measure
from coordination.actions.write_referral import Letter, Word
from coordination.models import Expected, Proposal, Referral, Urgency
from core import clock
from core.formats import french
from patients.models.consent import Means
from practitioners.models import Practitioner, Profession
from practitioners.models.practitioner import Kind

PRACTITIONER, PROFESSION = "n", "p"
MEASURES = 4
KNOWN_MEASURES = ("TUG", "Tinetti", "Appui unipodal", "Périmètre de marche", "Douleur (EVA)", "Poids")


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
        choices: list[Any] = [("", "---------")]
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


class AcceptForm(forms.Form):
    """For what, how many, how often: the patient then chooses his times himself."""

    reason = forms.ModelChoiceField(
        label=_("Motif à réserver"),
        queryset=VisitReason.objects.none(),
        required=False,
        empty_label=_("Je fixe les rendez-vous moi-même"),
        error_messages={"invalid_choice": _("Choisissez un de vos motifs.")},
    )
    sessions = forms.IntegerField(
        label=_("Séances"),
        min_value=1,
        max_value=MOST_SESSIONS,
        widget=forms.NumberInput(attrs={"class": "short-input", "min": 1, "max": MOST_SESSIONS}),
        error_messages={
            "required": _("Indiquez le nombre de séances."),
            "invalid": _("Écrivez un nombre entier."),
            "min_value": _("Au moins une séance."),
            "max_value": _("Soixante séances au plus."),
        },
    )
    per_week = forms.TypedChoiceField(
        label=_("Par semaine"),
        coerce=int,
        choices=[(number, str(number)) for number in range(1, 6)],
        initial=2,
    )

    def __init__(self, practitioner: Practitioner, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        reasons = VisitReason.objects.filter(practitioner=practitioner, is_active=True)
        self.fields["reason"].queryset = reasons.order_by("position", "name")  # type: ignore[attr-defined]

    def plan(self) -> Plan | None:
        data = self.cleaned_data
        if data["reason"] is None:
            return None
        return Plan(data["reason"], data["sessions"], data["per_week"])


class WordsForm(forms.Form):
    """One sentence that somebody else reads."""

    words = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Écrivez une phrase : elle est lue par la personne à qui vous répondez.")
        },
    )

    def __init__(self, label: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["words"].label = label


class RedirectForm(WordFields):
    target = TargetField(label=_("Vers qui"))
    words = forms.CharField(
        label=_("Pourquoi"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    field_order = ("target", "words")

    def __init__(
        self, people: Sequence[Practitioner], away: dict[int, datetime], *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        field = self.fields["target"]
        assert isinstance(field, TargetField)
        field.offer(people, away)
        self.targets = field

    def chosen(self) -> tuple[Practitioner | None, Profession | None]:
        return self.targets.value_of(self.cleaned_data["target"])


class ReportForm(forms.Form):
    done = forms.CharField(
        label=_("Ce qui a été fait"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Écrivez ce qui a été fait.")},
    )
    proposal = forms.ChoiceField(
        label=_("Proposition"),
        choices=Proposal,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites ce que vous proposez.")},
    )
    advice = forms.CharField(
        label=_("Conseils pour la suite"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        short = {"class": "short-input", "step": "any", "inputmode": "decimal"}
        for number in range(1, MEASURES + 1):
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("Mesure"),
                required=False,
                max_length=60,
                widget=forms.TextInput(attrs={"list": "measures", "autocomplete": "off"}),
            )
            self.fields[f"unit_{number}"] = forms.CharField(label=_("Unité"), required=False, max_length=20)
            for when, label in (("before", _("Avant")), ("after", _("Après"))):
                self.fields[f"{when}_{number}"] = forms.DecimalField(
                    label=label,
                    required=False,
                    max_digits=8,
                    decimal_places=2,
                    localize=True,
                    widget=forms.TextInput(attrs=short),
                    error_messages={"invalid": _("Écrivez un nombre, par exemple 13,5.")},
                )

    @property
    def measure_rows(self) -> Iterator[list[Any]]:
        for number in range(1, MEASURES + 1):
            yield [self[f"{part}_{number}"] for part in ("name", "unit", "before", "after")]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        seen = set()
        for number in range(1, MEASURES + 1):
            name = (data.get(f"name_{number}") or "").strip()
            has_value = any(data.get(f"{when}_{number}") is not None for when in ("before", "after"))
            if has_value and not name:
                self.add_error(f"name_{number}", _("Nommez cette mesure."))
            if name and not has_value and f"before_{number}" in data and f"after_{number}" in data:
                self.add_error(f"after_{number}", _("Notez au moins une valeur."))
            if name and name in seen:
                self.add_error(f"name_{number}", _("Cette mesure est déjà notée."))
            seen.add(name)
        return data

    def account(self) -> Account:
        data = self.cleaned_data
        measures = [
            Measure(
                data[f"name_{number}"].strip(),
                data[f"unit_{number}"].strip(),
                data[f"before_{number}"],
                data[f"after_{number}"],
            )
            for number in range(1, MEASURES + 1)
            if data[f"name_{number}"].strip()
        ]
        return Account(data["done"], Proposal(data["proposal"]), data["advice"], measures)
