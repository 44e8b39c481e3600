from teleconsult.models.expertise import (
    AWAITED,
    ENDED,
    Conversion,
    ExpertiseLevel,
    ExpertiseRequest,
    ExpertiseState,
)
from teleconsult.models.expertise_answer import (
    Advice,
    ExpertiseAnswer,
    ExpertiseBill,
    Within,
)
from teleconsult.models.expertise_context import (
    ContextAnswer,
    ContextQuestion,
    QuestionKind,
)
from teleconsult.models.expertise_event import (
    ExpertiseEvent,
    ExpertiseTimer,
    ExpertiseTimerStep,
)
from teleconsult.models.expertise_pool import (
    ExpertPool,
    PoolMember,
    Speciality,
)
from teleconsult.models.expertise_rules import (
    DelayFor,
    ExpertiseAct,
    ExpertiseConsentText,
    ExpertiseDelay,
    ExpertiseDelayUnit,
    ExpertiseRight,
    ExpertiseSide,
    ExpertiseTariff,
)
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
from teleconsult.models.photo_use import (
    PhotoUse,
)
from teleconsult.models.third_invitation import (
    ThirdInvitation,
    ThirdKind,
)
from teleconsult.models.video_cap import (
    VideoCap,
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
    "AWAITED",
    "CLOSES_AFTER",
    "ENDED",
    "OPENS_BEFORE",
    "OPEN_STATES",
    "SEATS",
    "Advice",
    "BodySite",
    "ClinicalPhoto",
    "ContextAnswer",
    "ContextQuestion",
    "Conversion",
    "DelayFor",
    "ExpertPool",
    "ExpertiseAct",
    "ExpertiseAnswer",
    "ExpertiseBill",
    "ExpertiseConsentText",
    "ExpertiseDelay",
    "ExpertiseDelayUnit",
    "ExpertiseEvent",
    "ExpertiseLevel",
    "ExpertiseRequest",
    "ExpertiseRight",
    "ExpertiseSide",
    "ExpertiseState",
    "ExpertiseTariff",
    "ExpertiseTimer",
    "ExpertiseTimerStep",
    "Lesion",
    "Participant",
    "ParticipantQuerySet",
    "ParticipantRole",
    "PhotoPurpose",
    "PhotoSitting",
    "PhotoUpload",
    "PhotoUse",
    "PhotoView",
    "PoolMember",
    "QuestionKind",
    "Side",
    "Speciality",
    "ThirdInvitation",
    "ThirdKind",
    "VideoCap",
    "VideoState",
    "VideoVisit",
    "VideoVisitQuerySet",
    "Within",
]
