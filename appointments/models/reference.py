"""The name that an appointment has on the telephone."""

from __future__ import annotations

import secrets

# No I, O, 0, 1: a reference is read aloud on the telephone.
REFERENCE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def new_reference() -> str:
    """Eight signs, about 40 bits: not to be guessed, short enough to be dictated."""
    signs = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"
