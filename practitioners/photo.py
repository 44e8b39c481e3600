"""A photograph as it may be shown: an image and nothing else, small, without where and when it was taken."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.uploads import washing
from core.uploads.receive import type_of
from core.uploads.refusals import NotTaken, Why
from core.uploads.sniff import PDF

HEAVIEST = 10 * 1024 * 1024
SIDE = 480


def portrait(upload: UploadedFile[Any]) -> ContentFile:
    """A square JPEG under a name drawn by chance. Raises ValidationError with a sentence for the sender."""
    if (upload.size or 0) > HEAVIEST:
        raise ValidationError(_("Cette photo dépasse 10 Mo. Choisissez-en une plus légère."), code="heavy")
    try:
        if type_of(upload) == PDF:
            raise NotTaken(Why.UNKNOWN)
        data = washing.portrait(upload.read(), SIDE)
    except (NotTaken, ValueError) as error:
        raise ValidationError(
            _("Ce fichier n’est pas une photo lisible. Envoyez une image JPEG, PNG, WebP ou HEIC."),
            code="unreadable",
        ) from error
    return ContentFile(data, name=f"{uuid4().hex}.jpg")
