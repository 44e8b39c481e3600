"""What who sorts says: a priority, a question, whereto, why not; and how the inbox is filtered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.actions.write_referral import Word
from coordination.models import Urgency
from core import clock
from partnerships.actions.sort_request import Onward
from partnerships.models import PRIORITIES, AdvancedConsultation, RequestOrigin
from patients.models.consent import Means
from practitioners.models import Practitioner

PROGRAMME, COLLEAGUE = "c", "n"
SUGGESTED = {Urgency.URGENT: 1, Urgency.SOON: 2, Urgency.ROUTINE: 3}


class AcceptForm(forms.Form):
    priority = forms.TypedChoiceField(
        label=_("Priorité"),
        choices=PRIORITIES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez une priorité.")},
    )
    words = forms.CharField(
        label=_("Un mot pour la suite"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class OnwardForm(forms.Form):
    onward = forms.ChoiceField(
        label=_("Vers"),
        error_messages={
            "required": _("Choisissez une consultation ou un collègue."),
            "invalid_choice": _("Choisissez dans la liste."),
        },
    )
    words = forms.CharField(
        label=_("Pourquoi"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Écrivez pourquoi : la phrase est lue par qui a demandé.")},
    )
    word_scope = forms.CharField(
        label=_("Ce que la personne sait ou accepte"),
        required=False,
        max_length=300,
        help_text=_("Seulement si ce collègue n’est pas un professionnel de santé de la maison."),
    )

    def __init__(
        self,
        programmes: Sequence[AdvancedConsultation],
        colleagues: Sequence[Practitioner],
        *args: Any,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.programmes = {f"{PROGRAMME}{one.pk}": one for one in programmes}
        self.colleagues = {f"{COLLEAGUE}{one.pk}": one for one in colleagues}
        choices: list[Any] = [("", "---------")]
        if programmes:
            named = [(key, f"{one.name} · {one.partner.name}") for key, one in self.programmes.items()]
            choices.append((_("Une autre consultation avancée"), named))
        if colleagues:
            people = [
                (key, f"{one.display_name}, {one.profession_name}") for key, one in self.colleagues.items()
            ]
            choices.append((_("Un collègue de la maison"), people))
        self.fields["onward"].choices = choices  # type: ignore[attr-defined]

    def chosen(self) -> Onward:
        key = self.cleaned_data["onward"]
        return Onward(self.programmes.get(key), self.colleagues.get(key))

    def word(self) -> Word | None:
        scope = self.cleaned_data.get("word_scope", "").strip()
        return Word(scope, Means.ORAL, clock.today()) if scope else None


class InboxFilters(forms.Form):
    """In the address, so that a list can be kept and sent."""

    consultation = forms.ModelChoiceField(
        label=_("Consultation"),
        queryset=AdvancedConsultation.objects.order_by("name", "pk"),
        required=False,
        empty_label=_("toutes"),
    )
    urgence = forms.ChoiceField(label=_("Urgence"), required=False)
    origine = forms.ChoiceField(label=_("Demandée par"), required=False)
    retard = forms.BooleanField(label=_("en retard seulement"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, words in (("urgence", Urgency), ("origine", RequestOrigin)):
            self.fields[name].choices = [("", _("toutes")), *words.choices]  # type: ignore[attr-defined]
