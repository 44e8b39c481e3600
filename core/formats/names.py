"""A name as it is compared: neither case, accents, hyphens nor blanks count."""

from __future__ import annotations

import re
import unicodedata

# Letters that no normal form takes apart, read as the database's `unaccent` reads them.
UNDIVIDED = str.maketrans({"œ": "oe", "æ": "ae", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def plain(name: str) -> str:
    """The same as the database's `plain_name`, for what is typed in."""
    bare = unicodedata.normalize("NFKD", name.casefold().translate(UNDIVIDED))
    return re.sub("[^a-z]", "", bare)
