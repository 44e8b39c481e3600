"""A request for an opinion as it is written: to whom, the question, the questions of the speciality, the word given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.models import Urgency
from core import clock
from core.web.fields import DayField
from patients.models.consent import Means
from practitioners.models import Practitioner
from teleconsult.actions.write_expertise import Addressee, Words
from teleconsult.expertise_context import questions_for
from teleconsult.expertise_delays import answer_delays
from teleconsult.models import ContextQuestion, ExpertiseRequest, ExpertPool, QuestionKind

EVERYBODY = "0"
# How the names of the questions of the speciality begin.
CONTEXT = "context_"


class AddresseeForm(forms.Form):
    """A speciality, or one expert of it."""

    to = forms.ChoiceField(
        label=_("À qui"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez une spécialité ou un expert."),
            "invalid_choice": _("Choisissez dans la liste."),
        },
    )

    def __init__(
        self, offered: Sequence[tuple[ExpertPool, Sequence[Practitioner]]], *args: Any, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.offered: dict[str, Addressee] = {}
        choices = []
        for pool, experts in offered:
            self.offered[f"{pool.pk}-{EVERYBODY}"] = Addressee(pool)
            choices.append((f"{pool.pk}-{EVERYBODY}", _("%(pool)s, le premier qui répond") % {"pool": pool}))
            for expert in experts:
                key = f"{pool.pk}-{expert.pk}"
                self.offered[key] = Addressee(pool, expert)
                choices.append((key, f"{pool}, {expert.display_name}"))
        self.fields["to"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["to"].initial = choices[0][0]

    def chosen(self) -> Addressee:
        return self.offered[self.cleaned_data["to"]]


class ExpertiseForm(forms.Form):
    """Nothing is required to keep it (`is_draft`), a few things to send it; sent « as it is », the context may lack."""

    question = forms.CharField(
        label=_("Votre question"),
        error_messages={"required": _("Écrivez votre question.")},
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("En une ou deux phrases : ce que vous voulez savoir."),
    )
    urgency = forms.ChoiceField(label=_("Réponse souhaitée"), widget=forms.RadioSelect)
    facts = forms.CharField(
        label=_("À savoir de la personne"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Repris du dossier : relisez, retirez ce qui n’est pas utile."),
    )
    consent_means = forms.ChoiceField(
        label=_("La personne est d’accord"),
        error_messages={"required": _("Notez l’accord de la personne avant d’envoyer la demande.")},
        choices=[("", _("pas encore noté")), *Means.choices],
    )
    consent_on = DayField(label=_("Accord donné le"), required=False)
    as_it_is = forms.BooleanField(label=_("envoyer ainsi, sans les réponses qui manquent"), required=False)

    def __init__(self, draft: ExpertiseRequest, *args: Any, is_draft: bool = False, **options: Any) -> None:
        self.questions, self.is_draft = questions_for(draft), is_draft
        super().__init__(*args, **{"initial": initial_of(draft), **options})
        delays = answer_delays(clock.today())
        self.fields["urgency"].choices = [  # type: ignore[attr-defined]
            (
                key,
                f"{label}\N{NO-BREAK SPACE}: {_('sous')} {delays[key].amount} {delays[key].get_unit_display()}",
            )
            for key, label in Urgency.choices
        ]
        for one in self.questions:
            self.fields[name_of(one)] = _field(one)
        for name, field in self.fields.items():
            is_asked = name.startswith(CONTEXT) and "as_it_is" in self.data
            field.required = field.required and not is_draft and not is_asked

    @property
    def lacks_context(self) -> bool:
        """Then it may be sent as it is, knowingly."""
        return any(name.startswith(CONTEXT) for name in self.errors) or bool(self["as_it_is"].value())

    @property
    def context_fields(self) -> list[forms.BoundField]:
        return [self[name_of(one)] for one in self.questions]

    def clean_consent_on(self) -> Any:
        day = self.cleaned_data["consent_on"]
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("L’accord ne peut pas être daté de demain."))
        return day

    def words(self) -> Words:
        data = self.cleaned_data
        return Words(
            question=data.get("question", ""),
            facts=data.get("facts", ""),
            urgency=data.get("urgency") or Urgency.ROUTINE,
            context={one.pk: data.get(name_of(one), "") for one in self.questions},
            consent_means=data.get("consent_means", ""),
            consent_on=data.get("consent_on"),
        )


def name_of(question: ContextQuestion) -> str:
    return f"{CONTEXT}{question.pk}"


def _field(question: ContextQuestion) -> forms.Field:
    about: dict[str, Any] = {
        "label": question.label,
        "help_text": question.help,
        "required": question.is_required,
        "error_messages": {"required": _("L’expert en a besoin pour répondre.")},
    }
    if question.kind == QuestionKind.CHOICE:
        options = [(one, one) for one in question.options]
        return forms.ChoiceField(choices=[("", "---------"), *options], **about)
    widget = forms.Textarea(attrs={"rows": 2}) if question.kind == QuestionKind.LONG else forms.TextInput()
    return forms.CharField(max_length=1000, widget=widget, **about)


def initial_of(draft: ExpertiseRequest) -> dict[str, Any]:
    names = ("question", "facts", "urgency", "consent_means", "consent_on")
    found: dict[str, Any] = {name: getattr(draft, name) for name in names}
    if found["consent_on"] is None:
        found["consent_on"] = clock.today()
    return found | {f"{CONTEXT}{key}": text for key, text in draft.context.values_list("question", "text")}
