from partnerships.models.agreement import (
    ALERT_MONTHS,
    Agreement,
    AgreementAlert,
    AgreementState,
    AgreementSuspension,
)
from partnerships.models.agreement_document import AgreementDocument
from partnerships.models.evidence import (
    Axis,
    EvidenceGrid,
    Formula,
    Indicator,
    IndicatorLevel,
    MeasureCode,
    Standing,
)
from partnerships.models.evidence_year import (
    EvidenceDeclaration,
    EvidenceProof,
    EvidenceYear,
    FrozenEvidence,
    FrozenIndicator,
    FrozenRow,
)
from partnerships.models.letter_delivery import LetterDelivery
from partnerships.models.partner import Partner, PartnerContact, PartnerKind, PartnerProfessional
from partnerships.models.partner_digest import PartnerDigest
from partnerships.models.programme import AdvancedConsultation, ProgrammeReason, ReasonKind
from partnerships.models.request import (
    AHEAD,
    ENDED,
    HELD,
    PRIORITIES,
    TO_TRIAGE,
    ConsultationRequest,
    RequestOrigin,
    RequestState,
)
from partnerships.models.request_answer import LetterAnswer, RequestFile
from partnerships.models.request_event import (
    RequestDelay,
    RequestEvent,
    RequestTimer,
    RequestTimerStep,
)
from partnerships.models.request_invitation import InvitationEnd, RequestInvitation
from partnerships.models.request_letter import LetterSection, LetterTemplate, SectionKind
from partnerships.models.request_sender import IntakeLink, RequestIdentity, RequestSender
from partnerships.models.return_letter import LetterMeans, NextStep, ReturnLetter
from partnerships.models.seat import MOST_OVERBOOKING, SeatQuota, SeatRule
from partnerships.models.session import (
    ConsultationSession,
    NoticeStep,
    SessionNotice,
    SessionPattern,
    SessionState,
)
from partnerships.models.session_cascade import LOWEST, CancelledSession, ExpectedPatient
from partnerships.models.session_chase import SessionChase
from partnerships.models.session_minutes import SessionMinutes

__all__ = [
    "AHEAD",
    "ALERT_MONTHS",
    "ENDED",
    "HELD",
    "LOWEST",
    "MOST_OVERBOOKING",
    "PRIORITIES",
    "TO_TRIAGE",
    "AdvancedConsultation",
    "Agreement",
    "AgreementAlert",
    "AgreementDocument",
    "AgreementState",
    "AgreementSuspension",
    "Axis",
    "CancelledSession",
    "ConsultationRequest",
    "ConsultationSession",
    "EvidenceDeclaration",
    "EvidenceGrid",
    "EvidenceProof",
    "EvidenceYear",
    "ExpectedPatient",
    "Formula",
    "FrozenEvidence",
    "FrozenIndicator",
    "FrozenRow",
    "Indicator",
    "IndicatorLevel",
    "IntakeLink",
    "InvitationEnd",
    "LetterAnswer",
    "LetterDelivery",
    "LetterMeans",
    "LetterSection",
    "LetterTemplate",
    "MeasureCode",
    "NextStep",
    "NoticeStep",
    "Partner",
    "PartnerContact",
    "PartnerDigest",
    "PartnerKind",
    "PartnerProfessional",
    "ProgrammeReason",
    "ReasonKind",
    "RequestDelay",
    "RequestEvent",
    "RequestFile",
    "RequestIdentity",
    "RequestInvitation",
    "RequestOrigin",
    "RequestSender",
    "RequestState",
    "RequestTimer",
    "RequestTimerStep",
    "ReturnLetter",
    "SeatQuota",
    "SeatRule",
    "SectionKind",
    "SessionChase",
    "SessionMinutes",
    "SessionNotice",
    "SessionPattern",
    "SessionState",
    "Standing",
]
