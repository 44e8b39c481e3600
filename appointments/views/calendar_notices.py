"""What « Ma journée » says of calendars from outside: collisions to their owner, silence also to the desk."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import ngettext

from accounts.access import Visitor, is_desk
from appointments.models import ExternalCalendar
from appointments.outside import collisions
from core import clock
from practitioners.models import Practitioner


def calendar_notices(user: Visitor, own: Practitioner | None) -> list[tuple[str, str]]:
    """Words and where it is mended; nothing is said of nought."""
    found = []
    if own is not None and (number := collisions([own.pk]).count()):
        words = ngettext(
            "%d rendez-vous en même temps qu’un agenda extérieur",
            "%d rendez-vous en même temps qu’un agenda extérieur",
            number,
        )
        found.append((words % number, reverse("calendars", args=[own.slug])))
    silent = ExternalCalendar.objects.silent(clock.now())
    if is_desk(user):
        place = reverse("calendar_health")
    elif own is not None:
        silent, place = silent.filter(practitioner=own), reverse("calendars", args=[own.slug])
    else:
        return found
    if number := silent.count():
        words = ngettext("%d agenda extérieur en panne", "%d agendas extérieurs en panne", number)
        found.append((words % number, place))
    return found
