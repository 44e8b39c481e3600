"""The door to the desk of the partners, where the coordinator begins: on « Coordination » and on « Ma journée »."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from appointments.duties import add_duties
from coordination.home import Card, add_card
from core import clock
from partnerships.access import may_manage
from partnerships.models import ConsultationSession, SessionState


def _waits(user: User) -> str:
    """How many partners owe an answer: asked, and silent."""
    asked = ConsultationSession.objects.filter(
        state=SessionState.PLANNED, start_at__gt=clock.now(), notices__isnull=False
    )
    number = asked.order_by().values("pk").distinct().count()
    if not number:
        return ""
    words = ngettext(
        "%(number)s séance sans réponse du partenaire",
        "%(number)s séances sans réponse du partenaire",
        number,
    )
    return words % {"number": number}


def _duties(user: User) -> list[tuple[str, str]]:
    words = _waits(user) if may_manage(user) else ""
    return [(words, f"{reverse('partners_desk')}#confirmations")] if words else []


add_card(
    Card(
        "partners_desk",
        _("Bureau des partenaires"),
        "building",
        "partners_desk",
        _("Séances à venir, demandes, conventions et réponses des partenaires, en une page."),
        _waits,
        may_manage,
        order=6,
    )
)
add_duties(_duties)
