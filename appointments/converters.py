"""The reference of an appointment in an address: anything else is no address at all."""

from __future__ import annotations

import re

from django.urls import register_converter

from appointments.models.reference import REFERENCE_ALPHABET

PATTERN = f"[{REFERENCE_ALPHABET}]{{4}}-[{REFERENCE_ALPHABET}]{{4}}"


class ReferenceConverter:
    regex = PATTERN

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def is_reference(text: str) -> bool:
    return re.fullmatch(PATTERN, text) is not None


register_converter(ReferenceConverter, "reference")
