from partnerships.models.agreement import (
    ALERT_MONTHS,
    Agreement,
    AgreementAlert,
    AgreementState,
    AgreementSuspension,
)
from partnerships.models.partner import Partner, PartnerContact, PartnerKind, PartnerProfessional

__all__ = [
    "ALERT_MONTHS",
    "Agreement",
    "AgreementAlert",
    "AgreementState",
    "AgreementSuspension",
    "Partner",
    "PartnerContact",
    "PartnerKind",
    "PartnerProfessional",
]
