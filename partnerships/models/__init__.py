from partnerships.models.agreement import (
    ALERT_MONTHS,
    Agreement,
    AgreementAlert,
    AgreementState,
    AgreementSuspension,
)
from partnerships.models.partner import Partner, PartnerContact, PartnerKind, PartnerProfessional
from partnerships.models.programme import AdvancedConsultation, ProgrammeReason, ReasonKind
from partnerships.models.session import (
    ConsultationSession,
    NoticeStep,
    SessionNotice,
    SessionPattern,
    SessionState,
)

__all__ = [
    "ALERT_MONTHS",
    "AdvancedConsultation",
    "Agreement",
    "AgreementAlert",
    "AgreementState",
    "AgreementSuspension",
    "ConsultationSession",
    "NoticeStep",
    "Partner",
    "PartnerContact",
    "PartnerKind",
    "PartnerProfessional",
    "ProgrammeReason",
    "ReasonKind",
    "SessionNotice",
    "SessionPattern",
    "SessionState",
]
