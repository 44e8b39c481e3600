"""Where backups lie and what they are called. Apart from the rest, so that who looks loads no cipher."""

from __future__ import annotations

from pathlib import Path

PREFIX = "msp-"


def backups_in(folder: Path) -> list[Path]:
    """The newest first."""
    return sorted(folder.glob(f"{PREFIX}*.tar*"), reverse=True)
