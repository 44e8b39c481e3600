from teleconsult.models.lesion import (
    BodySite,
    Lesion,
    Side,
)
from teleconsult.models.participant import (
    SEATS,
    Participant,
    ParticipantQuerySet,
    ParticipantRole,
)
from teleconsult.models.photo import (
    ClinicalPhoto,
    PhotoSitting,
    PhotoView,
)
from teleconsult.models.photo_upload import (
    PhotoPurpose,
    PhotoUpload,
)
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
    "BodySite",
    "ClinicalPhoto",
    "Lesion",
    "Participant",
    "ParticipantQuerySet",
    "ParticipantRole",
    "PhotoPurpose",
    "PhotoSitting",
    "PhotoUpload",
    "PhotoView",
    "Side",
    "VideoState",
    "VideoVisit",
    "VideoVisitQuerySet",
]
