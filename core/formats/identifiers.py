"""Identifiers of the French health system, checked on our own entry forms only: never on a machine's query."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import luhn
from stdnum.fr import nir


def rpps(value: str) -> None:
    """11 digits, the last of which is the Luhn key. Source: annuaire santé, ANS."""
    if not re.fullmatch(r"\d{11}", value) or not luhn.is_valid(value):
        raise ValidationError(
            _("Ce numéro RPPS n’est pas valable : 11 chiffres, dont une clé de contrôle."),
            code="rpps",
        )


def finess(value: str) -> None:
    """9 characters with a Luhn key; Corsican ones (2A…, 2B…) have no numeric key and keep the pattern only."""
    corsican = re.fullmatch(r"2[AB]\d{7}", value)
    if not corsican and not (re.fullmatch(r"\d{9}", value) and luhn.is_valid(value)):
        raise ValidationError(
            _("Ce numéro FINESS n’est pas valable : 9 caractères, dont une clé de contrôle."),
            code="finess",
        )


def ins(value: str) -> None:
    """13 characters and the two of the key (97 − N mod 97; 2A is read as 19, 2B as 18)."""
    if not re.fullmatch(r"\d{5}[\dAB]{2}\d{8}", value) or not nir.is_valid(value):
        raise ValidationError(
            _("Ce matricule INS n’est pas valable : 15 caractères, dont une clé de contrôle."),
            code="ins",
        )
