"""Names of files: what the sender called it is shown, never used as a path."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg"}


def shown(name: str) -> str:
    """One readable line: no path, no control sign, no sign that turns the direction of writing (« gpj.exe »)."""
    base = re.split(r"[\\/]", name)[-1]
    kept = "".join(sign if unicodedata.category(sign)[0] not in "CZ" else " " for sign in base)
    tidy = " ".join(kept.split()).strip(". ")
    if len(tidy) > LONGEST:
        tidy = tidy[: LONGEST - 1] + "…"
    return tidy


def for_download(title: str, content_type: str) -> str:
    """The title as a file name, with the ending of what the file really is: « bilan.exe » is « bilan-exe.pdf »."""
    plain = unicodedata.normalize("NFC", shown(title))
    stem = re.sub(r"[^\w’-]+", "-", plain).strip("-_") or "document"
    return stem[:LONGEST] + ENDINGS.get(content_type, ".bin")
