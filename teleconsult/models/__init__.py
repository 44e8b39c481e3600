from teleconsult.models.participant import SEATS, Participant, ParticipantQuerySet, ParticipantRole
from teleconsult.models.video_visit import (
    CLOSES_AFTER,
    OPEN_STATES,
    OPENS_BEFORE,
    VideoState,
    VideoVisit,
    VideoVisitQuerySet,
)

__all__ = [
    "CLOSES_AFTER",
    "OPENS_BEFORE",
    "OPEN_STATES",
    "SEATS",
    "Participant",
    "ParticipantQuerySet",
    "ParticipantRole",
    "VideoState",
    "VideoVisit",
    "VideoVisitQuerySet",
]
