from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.digest import kinds_for, pace_of, paces_of
from coordination.models import DigestSetting
from coordination.models.digest import EARLIEST, LATEST, Pace


class DigestForm(forms.Form):
    """One choice for each kind that exists for this person, and the hour of the daily message."""

    hour = forms.TypedChoiceField(
        label=_("Heure du message quotidien"),
        coerce=int,
        choices=[(hour, f"{hour} h") for hour in range(EARLIEST, LATEST + 1)],
        error_messages={"invalid_choice": _("Choisissez une heure dans la liste.")},
    )

    def __init__(self, *args: Any, setting: DigestSetting, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["hour"].initial = setting.hour
        chosen = paces_of([setting.user_id]).get(setting.user_id, {})
        self.kinds = kinds_for(setting.user)
        for kind in self.kinds:
            self.fields[kind.name] = forms.ChoiceField(
                label=str(kind.label),
                choices=Pace.choices,
                initial=pace_of(kind, chosen),
                help_text=str(kind.help),
                error_messages={"invalid_choice": _("Choisissez un rythme dans la liste.")},
            )
        self.order_fields([kind.name for kind in self.kinds])

    def paces(self) -> dict[str, str]:
        return {kind.name: self.cleaned_data[kind.name] for kind in self.kinds}
