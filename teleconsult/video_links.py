"""The addresses of a visit by video: the signed link of a person, and the pages of who is signed in."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse

from appointments.ways_in import WayIn, set_doorman
from core.web.public import public_address
from teleconsult.entering import sign
from teleconsult.models import OPEN_STATES, Participant, ParticipantRole


def link_of(participant: Participant) -> str:
    return public_address("enter_video", sign(participant))


def ways_in_of(appointments: Collection[int]) -> dict[int, WayIn]:
    """For messages to the patient and his own pages; one query."""
    rows = Participant.objects.filter(role=ParticipantRole.PATIENT, visit__state__in=OPEN_STATES)
    return {
        one.visit.appointment_id: WayIn(
            link_of(one),
            reverse("video_waiting", args=[one.visit.key]),
            one.visit.opens_at,
            one.visit.closes_at,
        )
        for one in rows.filter(visit__appointment__in=appointments).select_related("visit__appointment")
    }


set_doorman(ways_in_of)
