"""The fields of which forms about people are made."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.widgets import RegionalPhoneNumberWidget

from core import clock
from core.formats.phone import PhoneFormField

OLDEST = 125


# Digits and signs in a name are slips of the keyboard; letters of every alphabet, marks and hyphens are names.
NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f'’\-. ])*")


class NameField(forms.CharField):
    """A civil name: blanks tidied, apostrophe made typographic."""

    default_error_messages = {
        "invalid": _("Écrivez ce nom avec des lettres, sans chiffre ni symbole."),
    }

    def clean(self, value: Any) -> str:
        name: str = super().clean(value)
        name = " ".join(name.replace("'", "’").split())
        if name and not NAME.fullmatch(name):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return name


class BirthDateField(forms.DateField):
    """Typed as people write it (14/03/1980, 14.3.1980, 14031980) or given by a machine (1980-03-14)."""

    FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d%m%Y")
    default_error_messages = {
        "required": _("Indiquez la date de naissance."),
        "invalid": _("Écrivez la date comme ceci : 14/03/1980."),
        "future": _("Cette date est dans l’avenir. Vérifiez l’année."),
        "implausible": _("Cette date est trop ancienne. Vérifiez l’année."),
    }

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(
            format="%d/%m/%Y",
            attrs={"inputmode": "numeric", "autocomplete": "bday", "maxlength": "10", "size": "10"},
        )
        kwargs.setdefault("widget", widget)
        super().__init__(input_formats=list(self.FORMATS), **kwargs)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is None:
            return None
        today = clock.today()
        if day > today:
            raise forms.ValidationError(self.error_messages["future"], code="future")
        if day.year < today.year - OLDEST:
            raise forms.ValidationError(self.error_messages["implausible"], code="implausible")
        return day


def part_helper(*fields: str) -> FormHelper:
    """Fields only: the page around writes the <form>, so that several parts share one."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*fields)
    return helper


def mobile_field(**kwargs: Any) -> PhoneFormField:
    return PhoneFormField(
        label=_("Téléphone"),
        region="FR",
        # Written as people of the region write it: 06 12 34 56 78.
        widget=RegionalPhoneNumberWidget(region="FR", attrs={"autocomplete": "tel", "inputmode": "tel"}),
        error_messages={"invalid": _("Écrivez un numéro de téléphone, par exemple 06 12 34 56 78.")},
        **kwargs,
    )
