"""Shapes of pages that have been magnified and walked through, shared by all who walk."""

from __future__ import annotations

import hashlib
from pathlib import Path


class Shapes:
    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.seen: set[str] = set()

    def is_new(self, name: str, skeleton: str) -> bool:
        """True once, in whichever process asks first."""
        mark = hashlib.sha256(f"{name} {skeleton}".encode()).hexdigest()
        if mark in self.seen:
            return False
        self.seen.add(mark)
        return self.folder is None or self._claim(self.folder / mark)

    def _claim(self, file: Path) -> bool:
        try:
            file.touch(exist_ok=False)
        except FileExistsError:
            return False
        return True
