"""The rule of missed visits, and the exception from it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import NoShowRule
from appointments.models.no_show import months
from core import clock
from core.web.fields import DayField

OFFERED = (3, 6, 12, 24)
LONGEST = timedelta(days=366)


class NoShowRuleForm(forms.Form):
    is_enabled = forms.BooleanField(
        label=_("Après plusieurs absences, la réservation se fait par téléphone"), required=False
    )
    most = forms.IntegerField(
        label=_("À partir de combien d’absences"),
        min_value=1,
        max_value=20,
        widget=forms.NumberInput(attrs={"class": "short-input"}),
    )
    months = forms.TypedChoiceField(
        label=_("Sur les derniers"),
        coerce=int,
        choices=[(number, _("%(months)s mois") % {"months": number}) for number in OFFERED],
    )

    def __init__(self, rule: NoShowRule | None, data: Any = None) -> None:
        shown = rule or NoShowRule(is_enabled=False)
        super().__init__(
            data,
            initial={"is_enabled": shown.is_enabled, "most": shown.most, "months": shown.months},
        )

    @property
    def period(self) -> timedelta:
        return months(self.cleaned_data["months"])


class WaiverForm(forms.Form):
    until = DayField(label=_("Rétablie jusqu’au"))
    reason = forms.CharField(
        label=_("Pourquoi"),
        help_text=_("Rien de médical : « a rappelé », « hospitalisé, a prévenu depuis »."),
        max_length=200,
        error_messages={"required": _("Écrivez pourquoi : l’équipe le lira.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"until": clock.today() + timedelta(days=90)})

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if not clock.today() <= until <= clock.today() + LONGEST:
            raise forms.ValidationError(_("Choisissez un jour d’ici un an."), code="until")
        return until
