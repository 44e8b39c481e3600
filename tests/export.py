"""What a patient takes away of one kind."""

from __future__ import annotations

from typing import Any

from patients.export import parts
from patients.models import Patient


def rows_of(name: str, patient: Patient) -> list[dict[str, Any]]:
    [part] = [one for one in parts() if one.name == name]
    return list(part.rows([patient.pk]))
