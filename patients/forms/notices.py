"""How somebody wants to be told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.forms.fields import part_helper
from patients.models import NoticePreference


class NoticeForm(forms.ModelForm):
    """By which way, and when. Confirmations and cancellations always leave."""

    language = forms.ChoiceField(
        label=_("Langue des messages"),
        choices=[("fr", "Français"), ("en", "English")],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = NoticePreference
        fields = ("by_email", "by_sms", "week_before", "days_before", "hours_before")

    def __init__(self, *args: Any, has_phone: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_phone = has_phone
        self.helper = part_helper(*self.fields)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("by_email") and not data.get("by_sms"):
            self.add_error(
                "by_email",
                _("Gardez au moins un moyen de vous joindre : une annulation doit pouvoir vous parvenir."),
            )
        if data.get("by_sms") and not self.has_phone:
            self.add_error("by_sms", _("Indiquez d’abord un numéro de téléphone mobile dans votre identité."))
        return data
