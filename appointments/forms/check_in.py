"""What a person at the door knows of himself."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core import clock
from core.web.fields import DayField


class DoorForm(forms.Form):
    """The date of birth with the beginning of the name, or the reference alone."""

    use_required_attribute = False

    birth_date = DayField(
        label=_("Date de naissance du patient"),
        error_messages={"required": _("Indiquez la date de naissance, ou la référence plus bas.")},
    )
    letters = forms.CharField(
        label=_("Trois premières lettres de son nom"),
        max_length=40,
        widget=forms.TextInput(attrs={"class": "short-input", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Indiquez les premières lettres du nom.")},
    )
    reference = forms.CharField(
        label=_("Ou la référence du rendez-vous"),
        help_text=_("Elle est dans votre message de confirmation, par exemple ABCD-2345."),
        max_length=20,
        widget=forms.TextInput(
            attrs={"class": "short-input", "autocomplete": "off", "autocapitalize": "characters"}
        ),
    )

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        if data is not None:  # one of the two ways is enough
            by_reference = bool(data.get("reference", "").strip())
            self.fields["birth_date"].required = self.fields["letters"].required = not by_reference
            self.fields["reference"].required = False

    def clean_birth_date(self) -> date | None:
        born: date | None = self.cleaned_data["birth_date"]
        if born is not None and not date(1880, 1, 1) <= born <= clock.today():
            raise forms.ValidationError(_("Cette date de naissance n’est pas possible."), code="born")
        return born

    @property
    def key(self) -> str:
        """Whom it is about: so many tries for one person."""
        data = self.cleaned_data
        return str(data.get("reference") or data.get("birth_date") or "")
