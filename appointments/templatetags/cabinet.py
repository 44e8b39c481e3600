"""What the screens of a practice need from every page of them."""

from __future__ import annotations

from django import template

from appointments.models import Disruption
from practitioners.models import Practitioner

register = template.Library()


@register.simple_tag
def disruption_count(practitioner: Practitioner) -> int:
    """Booked patients of this practitioner who wait for another time; one query."""
    return Disruption.objects.open().of([practitioner.pk]).count()
