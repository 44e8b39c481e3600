"""« Pour qui ? » and what the house must know: one form made of three parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from appointments.actions.book_for import SomebodyNew
from appointments.conditions import Question
from patients.forms.identity import IdentityForm, RelativeForm
from patients.models import Patient
from patients.models.proxy import Relation

MYSELF, RELATIVE = "moi", "proche"


@dataclass(frozen=True)
class Person:
    """Somebody to choose, or the sentence why not."""

    patient: Patient
    refusal: str | None = None


class WhomForm(forms.Form):
    whom = forms.ChoiceField(
        label=_("Pour qui est ce rendez-vous ?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Dites pour qui est ce rendez-vous."),
            "invalid_choice": _("Choisissez une personne de la liste."),
        },
    )
    patient_message = forms.CharField(
        label=_("Un mot pour préparer le rendez-vous"),
        help_text=_("Ce que le professionnel ou l’accueil doit savoir : béquilles, interprète…"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
    )


class QuestionsForm(forms.Form):
    """What the protocol of a visit asks beforehand, one yes or no each."""

    def __init__(self, questions: Sequence[Question], data: QueryDict | None = None) -> None:
        super().__init__(data, prefix="question")
        for question in questions:
            self.fields[question.key] = forms.ChoiceField(
                label=question.text,
                choices=[("oui", _("Oui")), ("non", _("Non"))],
                widget=forms.RadioSelect,
                error_messages={"required": _("Répondez par oui ou par non.")},
            )

    def answers(self) -> dict[str, bool]:
        """Only after `is_valid`."""
        return {key: value == "oui" for key, value in self.cleaned_data.items()}


class BookingForm:
    """The parts read and checked together; only the chosen part has to be filled in."""

    def __init__(
        self,
        people: Sequence[Person],
        data: QueryDict | None = None,
        questions: Sequence[Question] = (),
    ) -> None:
        self.people = people
        self.questions = QuestionsForm(questions, data)
        self.has_self = any(person.patient.relation == Relation.SELF for person in people)  # type: ignore[attr-defined]
        self.whom = WhomForm(data, initial={"whom": self._first_choice()})
        self.whom.fields["whom"].choices = self.choices  # type: ignore[attr-defined]
        chosen = data.get("whom") if data else None
        self.identity = IdentityForm(data if chosen == MYSELF else None, prefix=MYSELF)
        self.relative = RelativeForm(
            data if chosen == RELATIVE else None, prefix=RELATIVE, initial={"relation": Relation.CHILD}
        )
        self.is_bound = data is not None

    @property
    def choices(self) -> list[tuple[str, str]]:
        known = [(str(p.patient.pk), p.patient.display_name) for p in self.people if p.refusal is None]
        return [*known, *self.new_choices]

    @property
    def new_choices(self) -> list[tuple[str, str]]:
        own = [] if self.has_self else [(MYSELF, str(_("Pour moi")))]
        has_child = any(p.patient.relation == Relation.CHILD for p in self.people)  # type: ignore[attr-defined]
        new = _("Pour un autre de mes enfants") if has_child else _("Pour mon enfant")
        return [*own, (RELATIVE, str(new))]

    @property
    def chosen(self) -> str:
        return self.whom["whom"].value() or ""

    def _first_choice(self) -> str:
        return self.choices[0][0]

    def is_valid(self) -> bool:
        parts: list[forms.Form] = [self.whom, self.questions]
        if self.chosen == MYSELF:
            parts.append(self.identity)
        elif self.chosen == RELATIVE:
            parts.append(self.relative)
        return all([part.is_valid() for part in parts])  # noqa: C419 – every part shows its errors

    def whom_it_is(self) -> int | SomebodyNew:
        """Only after `is_valid`."""
        whom = self.whom.cleaned_data["whom"]
        if whom == MYSELF:
            return SomebodyNew(Relation.SELF, self.identity.cleaned_data)
        if whom == RELATIVE:
            data = dict(self.relative.cleaned_data)
            return SomebodyNew(data.pop("relation"), data)
        return int(whom)
