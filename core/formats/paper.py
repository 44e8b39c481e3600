"""A new sheet of paper, its typesetter loaded with the first: it weighs 24 MB, and most processes never print."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.formats.pdf import Paper


def new_paper(title: str, foot: str) -> Paper:
    from core.formats.pdf import Paper

    return Paper(title, foot)
