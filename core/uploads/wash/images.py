"""A photograph made anew: points and nothing else. Where and when it was taken, comments, what hid behind it: gone."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pillow_heif
from PIL import Image, ImageCms, ImageOps

from core.uploads.wash.refused import Refused

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# A telephone of today takes 50 million points; a JPEG of more is read at half or a quarter of its size.
MOST_POINTS = 52_000_000
MOST_POINTS_JPEG = 220_000_000
# Enough to look closely at a mole or to read a letter.
LONGEST = 4600
SHOWN = 1400
THUMB = 240


@contextmanager
def opened(source: Path) -> Iterator[Image.Image]:
    """Upright, in sRGB, on white; at most `MOST_POINTS`. The size is known before a point is decoded."""
    pillow_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = None  # asked below, with an answer of our own
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(source, formats=FORMATS) as image:
            points = image.width * image.height
            is_jpeg = image.format in ("JPEG", "MPO")
            if points > (MOST_POINTS_JPEG if is_jpeg else MOST_POINTS) or 0 in image.size:
                raise Refused("large")
            if is_jpeg and points > MOST_POINTS:
                image.draft("RGB", (LONGEST, LONGEST))
            yield flat(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, RuntimeError) as error:
        raise Refused("unreadable") from error


def flat(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):  # 16 bits of grey, as from a scanner
        image = image.point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.new("RGBA", layer.size, "white")
        image.alpha_composite(layer)
    image = image.convert("RGB") if image.mode != "CMYK" or not profile else image
    return in_srgb(image, profile) if profile else image


def in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The colours as they were meant: a telephone's own profile goes, what it says about a redness stays."""
    try:
        converted = ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, ValueError, OSError):
        return image.convert("RGB")
    return converted or image.convert("RGB")


def save(image: Image.Image, target: Path, *, quality: int) -> None:
    """On a canvas of its own: nothing that hung on the first picture comes along."""
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    clean.save(target, "JPEG", quality=quality, optimize=True, progressive=True)


def shrunk(image: Image.Image, longest: int) -> Image.Image:
    if max(image.size) <= longest:
        return image
    return ImageOps.contain(image, (longest, longest), Image.Resampling.LANCZOS)


def clean(source: Path, place: Path) -> int:
    """Writes the picture, the one for the screen and the small one. How many pages may be looked at."""
    with opened(source) as image:
        whole = shrunk(image, LONGEST)
    save(whole, place / "clean", quality=90)
    save(shown := shrunk(whole, SHOWN), place / "page-1", quality=82)
    save(shrunk(shown, THUMB), place / "thumb", quality=80)
    return 1


def portrait(source: Path, target: Path, side: int) -> None:
    with opened(source) as image:
        square = ImageOps.fit(image, (side, side))
    save(square, target, quality=85)
