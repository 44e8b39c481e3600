"""What a page may say of the house where it may not ask the database."""

from __future__ import annotations

from django import template

from practitioners import house

register = template.Library()
register.simple_tag(house.known_centre)
