"""How many requests for an opinion wait for one person; in the menu, on « Coordination » and on « Ma journée »."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import Visitor
from accounts.models import User
from appointments.duties import add_duties
from coordination.home import Card, add_card
from coordination.remembered import remembered
from teleconsult.expertise_access import may_see_requests, requests_to_answer
from teleconsult.models import ExpertiseRequest, ExpertiseState

MINE_TO_ACT = (
    ExpertiseState.DRAFT,
    ExpertiseState.ASKED,
    ExpertiseState.ANSWERED,
    ExpertiseState.DECLINED,
    ExpertiseState.CONVERTED,
)


def expertise_waiting(user: Visitor) -> int:
    return remembered(user, "expertise", waiting_on)


def waiting_on(user: User) -> int:
    """In his hands, or asked of him and taken by nobody."""
    asked = requests_to_answer(user).exclude(state=ExpertiseState.ASKED).values("pk")
    mine = Q(owner=user.pk, state__in=MINE_TO_ACT) | Q(pk__in=asked)
    return ExpertiseRequest.objects.filter(mine).count()


def _words(user: User) -> str:
    number = waiting_on(user)
    if not number:
        return ""
    return ngettext("%(number)s vous attend", "%(number)s vous attendent", number) % {"number": number}


def duties_of(user: User) -> list[tuple[str, str]]:
    """As the menu counts: once a minute."""
    number = expertise_waiting(user)
    if not number:
        return []
    words = ngettext("%d demande d’avis vous attend", "%d demandes d’avis vous attendent", number)
    return [(words % number, reverse("expertise_requests"))]


add_duties(duties_of)
add_card(
    Card(
        "expertise_requests",
        gettext_lazy("Télé-expertise"),
        "chat-dots",
        "expertise_requests",
        gettext_lazy("Demander un avis à distance, répondre, suivre ce qu’on a demandé."),
        _words,
        may_see_requests,
        order=6,
    )
)
