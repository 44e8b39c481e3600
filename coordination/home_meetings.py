"""Meetings on the first page of « Coordination »."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from coordination.home import Card, add_card
from coordination.models import Answer, MeetingMember, MeetingState, TeamMeeting
from core import clock
from core.formats import french


def unanswered_by(people: Collection[int]) -> QuerySet[MeetingMember]:
    """Invitations to meetings to come, of these accounts."""
    return MeetingMember.objects.filter(
        practitioner__user__in=people,
        answer=Answer.WAITING,
        meeting__state=MeetingState.PLANNED,
        meeting__start_at__gt=clock.now(),
    )


def _waits(user: User) -> str:
    unanswered = unanswered_by([user.pk]).count()
    if unanswered:
        words = ngettext(
            "%(number)s invitation sans réponse", "%(number)s invitations sans réponse", unanswered
        )
        return words % {"number": unanswered}
    left = TeamMeeting.objects.filter(
        chair__user=user, state__in=[MeetingState.PLANNED, MeetingState.OPEN], end_at__lt=clock.now()
    )
    late = left.order_by("start_at").first()
    if late is not None:
        return _("compte rendu à valider : %(day)s") % {"day": french.full_day(late.start_at)}
    return ""


add_card(
    Card(
        "meetings",
        gettext_lazy("Réunions d’équipe"),
        "people",
        "meetings",
        gettext_lazy("RCP, coordination, qualité : dates, ordre du jour, décisions, comptes rendus."),
        _waits,
        order=20,
    )
)
