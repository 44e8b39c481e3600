from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.models import AdvancedConsultation, ConsultationRequest
from partnerships.waiting_list import waiting

DAYS = (("3", _("3 jours")), ("7", _("7 jours")), ("14", _("14 jours")))


class InviteForm(forms.Form):
    """Who is invited, and for how long. What has moved on meanwhile is no choice any more."""

    days = forms.ChoiceField(
        label=_("Réponse attendue sous"),
        choices=DAYS,
        initial="7",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    requests = forms.ModelMultipleChoiceField(
        label=_("Personnes à inviter"),
        queryset=ConsultationRequest.objects.none(),
        error_messages={
            "required": _("Cochez au moins une personne."),
            "invalid_choice": _("Cette liste a changé entre-temps : elle vient d’être relue."),
        },
    )

    def __init__(self, programme: AdvancedConsultation, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rows = waiting(programme).select_related("patient", "programme")
        self.fields["requests"].queryset = rows  # type: ignore[attr-defined]

    @property
    def valid_for(self) -> timedelta:
        return timedelta(days=int(self.cleaned_data["days"]))
