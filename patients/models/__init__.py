from patients.models.care_team import CareTeamMember
from patients.models.consent import Consent
from patients.models.correction import IdentityCorrection
from patients.models.emergency import EmergencyAccess
from patients.models.merge import MovedRow, PatientMerge, SuspectedDuplicate
from patients.models.patient import Patient
from patients.models.preferences import NoticePreference
from patients.models.proxy import Proxy
from patients.models.pseudonym import Pseudonym
from patients.models.requests import ErasureRequest
from patients.models.trusted import TrustedDocument

__all__ = [
    "CareTeamMember",
    "Consent",
    "EmergencyAccess",
    "ErasureRequest",
    "IdentityCorrection",
    "MovedRow",
    "NoticePreference",
    "Patient",
    "PatientMerge",
    "Proxy",
    "Pseudonym",
    "SuspectedDuplicate",
    "TrustedDocument",
]
