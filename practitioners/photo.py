"""A photograph as it may be shown: an image and nothing else, small, without where and when it was taken."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import IO
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

HEAVIEST = 10 * 1024 * 1024
SIDE = 480
FORMATS = ("JPEG", "PNG", "WEBP")
Image.MAX_IMAGE_PIXELS = 40_000_000


def portrait(upload: IO[bytes], size: int) -> ContentFile:
    """A square JPEG under a name drawn by chance. Raises ValidationError with a sentence for the sender."""
    if size > HEAVIEST:
        raise ValidationError(_("Cette photo dépasse 10 Mo. Choisissez-en une plus légère."), code="heavy")
    try:
        with warnings.catch_warnings():
            # Far too many pixels are a trap, not a picture.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(upload, formats=FORMATS) as source:
                upright = ImageOps.exif_transpose(source).convert("RGB")
    except (
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise ValidationError(
            _("Ce fichier n’est pas une photo lisible. Envoyez une image JPEG, PNG ou WebP."),
            code="unreadable",
        ) from error
    square = ImageOps.fit(upright, (SIDE, SIDE))
    clean = Image.new("RGB", square.size)
    clean.paste(square)
    data = BytesIO()
    clean.save(data, "JPEG", quality=85, optimize=True)
    return ContentFile(data.getvalue(), name=f"{uuid4().hex}.jpg")
