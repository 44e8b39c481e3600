"""Figures and words of « Pilotage » as the screens show them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from partnerships.evidence_points import plain
from partnerships.models import Axis, Standing
from practitioners.models.internship import Level

register = template.Library()


@register.filter
def sobre(number: Decimal | int | None) -> str:
    """« 1 000 », « 2,5 »."""
    return "" if number is None else plain(Decimal(number))


@register.filter
def nature(standing: str) -> str:
    return str(Standing(standing).label)


@register.filter
def axe(axis: str) -> str:
    return str(Axis(axis).label)


@register.filter
def niveaux(levels: Iterable[str]) -> str:
    return ", ".join(str(Level(level).label) for level in levels) or _("aucun")
