"""Who waits before the screen, on « Ma journée »."""

from __future__ import annotations

from django.utils.translation import ngettext

from accounts.models import User
from appointments.duties import Counted, add_counted
from core import clock
from teleconsult.models import Participant, ParticipantQuerySet, ParticipantRole, VideoVisit


def at_the_door_of(user: User) -> ParticipantQuerySet:
    """Of the visits of today in which he receives."""
    hosted = VideoVisit.objects.standing().filter(
        participants__user=user.pk, participants__role=ParticipantRole.PRACTITIONER
    )
    day = clock.day_bounds(clock.today())
    return Participant.objects.at_the_door().filter(visit__in=hosted.between(*day))


def _words(number: int) -> str:
    return ngettext("%d personne attend en vidéo", "%d personnes attendent en vidéo", number) % number


add_counted(Counted("teleconsult", at_the_door_of, _words))
