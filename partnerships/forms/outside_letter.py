"""The question that stands before a letter read by a link."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.fields import DayField


class BirthDateForm(forms.Form):
    birth_date = DayField(
        label=_("Date de naissance de votre patient"),
        error_messages={"required": _("Écrivez la date de naissance de votre patient.")},
    )
