from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.uploads.fields import FilesField
from core.uploads.receive import type_of


class SignedDocumentForm(forms.Form):
    documents = FilesField(
        label=gettext_lazy("Le document signé"),
        several=False,
        help_text=gettext_lazy("Un PDF, 20 Mo au plus."),
    )

    def clean_documents(self) -> Any:
        [file] = self.cleaned_data["documents"]
        if type_of(file) != "application/pdf":
            raise forms.ValidationError(_("Ce fichier n’est pas un PDF."), code="kind")
        return file
