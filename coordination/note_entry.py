"""What the forms of a note need to know: the measures of the house, the values before, the team of this patient."""

from __future__ import annotations

from typing import Any

from coordination.access import Reader
from coordination.measures import last_values, offered_kinds
from coordination.note_access import colleagues_of
from patients.models import Patient


def words_options(patient: Patient, reader: Reader) -> dict[str, Any]:
    return {"patient": patient, "kinds": offered_kinds(), "before": last_values(patient, reader)}


def note_options(patient: Patient, reader: Reader) -> dict[str, Any]:
    assert reader.practitioner is not None, "only who takes part in the care writes"
    return words_options(patient, reader) | {"colleagues": colleagues_of(patient, reader.practitioner)}
