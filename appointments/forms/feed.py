from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import CalendarFeed
from practitioners.models import Practitioner


class CalendarFeedForm(forms.ModelForm):
    class Meta:
        model = CalendarFeed
        fields = ["label", "detail", "with_absences"]
        labels = {"label": _("Pour quel appareil ou quel logiciel")}
        widgets = {"detail": forms.RadioSelect}
        help_texts = {
            "label": _("Par exemple : mon téléphone. Une adresse par appareil : vous les fermez une à une."),
            "detail": _(
                "Les motifs sensibles ne sortent jamais. Google, Apple et Microsoft ne sont pas des hébergeurs"
                " de données de santé : « Occupé » suffit le plus souvent."
            ),
        }

    def __init__(self, *args: Any, practitioner: Practitioner, **options: Any) -> None:
        super().__init__(*args, **options)
        self.instance.practitioner = practitioner
