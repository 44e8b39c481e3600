"""The first pages of a clean PDF as pictures, so that nobody's browser has to open the file to have a look."""

from __future__ import annotations

import time
from pathlib import Path

import pypdfium2

from core.uploads.wash.images import SHOWN, THUMB, save, shrunk

MOST_PAGES = 20
SECONDS = 8.0


def draw(source: Path, place: Path) -> int:
    """How many were drawn: as many as the time allows, and none of a page that will not be drawn."""
    until = time.monotonic() + SECONDS
    try:
        with pypdfium2.PdfDocument(source) as pdf:
            for number in range(min(len(pdf), MOST_PAGES)):
                if time.monotonic() > until:
                    return number
                page = pdf[number]
                scale = SHOWN / max(*page.get_size(), 1.0)
                image = page.render(scale=scale, may_draw_forms=False).to_pil()
                save(image, place / f"page-{number + 1}", quality=82)
                if number == 0:
                    save(shrunk(image, THUMB), place / "thumb", quality=80)
            return min(len(pdf), MOST_PAGES)
    except (pypdfium2.PdfiumError, OSError, ValueError):
        return 0
