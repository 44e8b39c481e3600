"""What an expert answers, and how the lists are filtered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from teleconsult.actions.answer_expertise import Opinion
from teleconsult.models import Advice, Conversion, ExpertiseAnswer, ExpertiseState, Within


class AnswerForm(forms.Form):
    conclusion = forms.CharField(
        label=_("Votre conclusion"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Écrivez votre conclusion.")},
    )
    action = forms.ChoiceField(
        label=_("Conduite à tenir"),
        choices=Advice.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites ce qu’il faut faire.")},
    )
    within = forms.ChoiceField(
        label=_("Dans quel délai"),
        choices=[("", "---------"), *Within.choices],
        error_messages={"required": _("Dites dans quel délai.")},
    )
    details = forms.CharField(
        label=_("En pratique"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Traitement, surveillance, signes qui doivent faire rappeler."),
    )
    is_shared = forms.BooleanField(
        label=_("Le patient peut lire cet avis dans son espace"),
        required=False,
    )
    why = forms.CharField(label=_("Pourquoi l’avis est corrigé"), required=False, max_length=300)

    def __init__(self, *args: Any, corrects: ExpertiseAnswer | None = None, **options: Any) -> None:
        if corrects is not None:
            names = ("conclusion", "action", "within", "details")
            options["initial"] = {name: getattr(corrects, name) for name in names}
        super().__init__(*args, **options)
        if corrects is None:
            del self.fields["why"]
        else:
            del self.fields["is_shared"]
            self.fields["why"].required = True
            self.fields["why"].error_messages["required"] = _("Dites pourquoi l’avis est corrigé.")

    def opinion(self) -> Opinion:
        data = self.cleaned_data
        names = ("conclusion", "action", "within", "details")
        return Opinion(**{name: data[name] for name in names}, is_shared=data.get("is_shared", False))


class ConversionForm(forms.Form):
    conversion = forms.ChoiceField(
        label=_("Plutôt"),
        choices=Conversion.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez ce qui est proposé.")},
    )
    words = forms.CharField(
        label=_("Pourquoi"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class StateFilter(forms.Form):
    """In the address, so that a list can be kept and sent."""

    etat = forms.ChoiceField(
        label=_("État"), required=False, choices=[("", _("tous")), *ExpertiseState.choices]
    )
