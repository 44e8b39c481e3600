"""The teleservice INSi, as far as the portal knows it: a gateway that a house plugs in.

This portal is no labelled software and holds no certificate of its own: it does not call the teleservice. What a
labelled software of the house retrieved is copied by hand (`ManualGateway`). The demonstration invents an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from patients.models import Patient


@dataclass(frozen=True)
class Identity:
    """What INSi answers: the number, and the strict traits as the national register has them."""

    number: str
    traits: dict[str, object]


class Gateway(Protocol):
    """`is_connected` False: nothing is asked, the desk copies. `retrieve` answers None for nobody or several."""

    is_connected: bool

    def retrieve(self, patient: Patient) -> Identity | None: ...


class ManualGateway:
    is_connected = False

    def retrieve(self, patient: Patient) -> Identity | None:
        return None


class DemoGateway:
    """A number with a right key, made of the traits of the record: for invented people only."""

    is_connected = True

    def retrieve(self, patient: Patient) -> Identity | None:
        if patient.sex not in ("male", "female") or not patient.birth_place_code:
            return None
        first = "1" if patient.sex == "male" else "2"
        body = f"{first}{patient.birth_date:%y%m}{patient.birth_place_code}{patient.pk % 1000:03d}"
        digits = int(body.replace("2A", "19").replace("2B", "18"))
        return Identity(f"{body}{97 - digits % 97:02d}", {})


def gateway() -> Gateway:
    found: Gateway = import_string(settings.INSI_GATEWAY)()
    return found
