"""How many letters wait for one person: to be written by who saw the patients; overdue, for the coordination."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import ngettext

from accounts.access import Visitor, is_desk, is_partner
from accounts.models import User
from appointments.duties import add_duties
from coordination.remembered import remembered
from partnerships.models import ConsultationRequest, RequestState
from partnerships.return_letter_access import visits_to_write_of


def letters_waiting(user: Visitor) -> int:
    return remembered(user, "return_letters", _count)


def _count(user: User) -> int:
    if is_desk(user):
        rows = ConsultationRequest.objects.filter(state=RequestState.SEEN)
        return rows.exclude(escalated_at=None).count()
    return len(visits_to_write_of(user)) if is_partner(user) else 0


def duties_of(user: User) -> list[tuple[str, str]]:
    """For « Ma journée »."""
    number = letters_waiting(user)
    if not number or is_desk(user):
        return []
    words = ngettext("%d compte rendu à écrire", "%d comptes rendus à écrire", number)
    return [(words % number, reverse("return_letters"))]


add_duties(duties_of)
