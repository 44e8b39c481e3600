"""What the screens of a practice need from every page of them."""

from __future__ import annotations

from django import template

from appointments.models import Disruption
from appointments.rounds import makes_rounds
from practitioners.models import Practitioner

register = template.Library()


@register.simple_tag
def disruption_count(practitioner: Practitioner) -> int:
    """Booked patients of this practitioner who wait for another time; one query."""
    return Disruption.objects.open().of([practitioner.pk]).count()


@register.simple_tag
def has_rounds(practitioner: Practitioner | None) -> bool:
    """Whether the door of the rounds is shown on this practitioner's day."""
    return practitioner is not None and makes_rounds(practitioner)


@register.filter
def practice_part(path: str) -> str:
    """Which of the tabs of a practice an address stands under; what has no tab of its own is about opening hours."""
    return next(
        (word for word in ("absences", "motifs", "agendas", "profil") if f"/{word}/" in path), "horaires"
    )
