"""What identifies a person (référentiel national d’identitovigilance), and what only helps to reach him."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Editing one of these drops the trust that the identity had (INS status).
STRICT_TRAITS = ("birth_name", "birth_first_names", "birth_date", "sex", "birth_place_code")
USUAL_NAMES = ("used_name", "used_first_name")
CONTACT = ("email", "phone", "address", "postal_code", "city")

_KNOWN = (*STRICT_TRAITS, *USUAL_NAMES, *CONTACT)


def identity_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    """Only what belongs to a patient, out of a form's cleaned data; what is not given stays as it is."""
    return {name: data[name] for name in _KNOWN if data.get(name) is not None}


def same_person(one: Mapping[str, Any], birth_name: str, first_names: str) -> bool:
    """The same names whatever the capitals and blanks; dates are compared by the caller's query."""
    return (_plain(one["birth_name"]), _plain(one["birth_first_names"])) == (
        _plain(birth_name),
        _plain(first_names),
    )


def _plain(name: str) -> str:
    return " ".join(name.replace("-", " ").split()).casefold()
