"""How files are picked: several at once, from the disk or with the telephone's camera; without script too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.uploads.receive import type_of
from core.uploads.refusals import NotTaken

ACCEPTED = "application/pdf,image/jpeg,image/png,image/webp,image/heic,image/heif"
MOST = 20


class FilesInput(forms.FileInput):
    """Two ways in: files, and a photo taken now (only where the finger points, by CSS)."""

    template_name = "components/files_input.html"
    allow_multiple_selected = True
    needs_multipart_form = True

    def __init__(self, *, several: bool = True) -> None:
        super().__init__(attrs={"accept": ACCEPTED, "multiple": several})

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Any]:
        return [*files.getlist(name), *files.getlist(f"{name}-photo")]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Mapping[str, Any], name: str) -> bool:
        return name not in files and f"{name}-photo" not in files

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class FilesField(forms.Field):
    """A list of files whose first bytes are those of a kind that the house takes; one sentence for each that is not."""

    default_error_messages = {
        "required": _("Choisissez au moins un fichier, ou prenez une photo."),
        "too_many": _("Vingt fichiers au plus à la fois."),
    }

    def __init__(self, *, several: bool = True, **options: Any) -> None:
        self.most = MOST if several else 1
        words = _("PDF ou photo (JPEG, PNG, WebP, HEIC), 20 Mo au plus par fichier.")
        super().__init__(**{"widget": FilesInput(several=several), "help_text": words, **options})

    def to_python(self, value: Any) -> list[UploadedFile[Any]]:
        return list(value or [])

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > self.most:
            raise forms.ValidationError(self.error_messages["too_many"], code="too_many")
        wrong = []
        for file in value:
            try:
                type_of(file)
            except NotTaken as refused:
                sentence = f"{file.name} – {refused.sentence}" if len(value) > 1 else refused.sentence
                wrong.append(forms.ValidationError(str(sentence), code=refused.code))
        if wrong:
            raise forms.ValidationError(wrong)
