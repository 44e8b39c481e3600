"""How many requests wait for one person: to be sorted, or to be answered; on « Coordination » and « Ma journée »."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import gives_care, is_desk
from accounts.models import User
from appointments.duties import add_duties
from coordination.home import Card, add_card
from partnerships.models import ConsultationRequest, RequestState

MY_TURN = (RequestState.DRAFT, RequestState.RECEIVED, RequestState.ASKED)


def requests_waiting(user: User) -> int:
    """Those that he has in his hands."""
    return ConsultationRequest.objects.filter(owner=user.pk, state__in=MY_TURN).count()


def _words(user: User) -> str:
    number = requests_waiting(user)
    if not number:
        return ""
    return ngettext("%(number)s vous attend", "%(number)s vous attendent", number) % {"number": number}


def duties_of(user: User) -> list[tuple[str, str]]:
    number = requests_waiting(user)
    if not number:
        return []
    words = ngettext(
        "%d demande à un partenaire vous attend", "%d demandes à des partenaires vous attendent", number
    )
    return [(words % number, reverse("consultation_requests"))]


def _works_here(user: User) -> bool:
    return gives_care(user) or is_desk(user)


add_duties(duties_of)
add_card(
    Card(
        "consultation_requests",
        gettext_lazy("Demandes aux partenaires"),
        "building",
        "consultation_requests",
        gettext_lazy("Adresser aux consultations avancées, trier ce qui arrive, suivre ce qu’on a demandé."),
        _words,
        _works_here,
        order=5,
    )
)
