"""A still of a call: one picture, and what it shows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.refusal import Refusal
from teleconsult.actions.take_photo import check_photo
from teleconsult.models import BodySite, PhotoView


class VisitPhotoForm(forms.Form):
    photo = forms.FileField(
        label=_("Photo"),
        error_messages={
            "required": _("Aucune image n’est arrivée. Prenez la photo à nouveau."),
            "empty": _("Cette image est vide. Prenez la photo à nouveau."),
        },
    )
    view = forms.ChoiceField(choices=PhotoView.choices, required=False)
    body_site = forms.ChoiceField(choices=BodySite.choices, required=False)

    def clean_photo(self) -> Any:
        file = self.cleaned_data["photo"]
        try:
            check_photo(file)
        except Refusal as refusal:
            raise ValidationError(str(refusal.sentence), code="photo") from refusal
        return file

    def clean_view(self) -> str:
        return self.cleaned_data["view"] or PhotoView.OTHER

    def clean_body_site(self) -> str:
        return self.cleaned_data["body_site"] or BodySite.OTHER

    @property
    def sentence(self) -> str:
        return next((str(error) for errors in self.errors.values() for error in errors), "")
