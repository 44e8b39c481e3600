"""The seeds' story: an old man with balance trouble, his doctor and his physiotherapist, who talk about his state.

Whoever tells a part of it (notes, referral, sessions, pathway, meeting …) asks here who it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from accounts.models import User
from core import clock
from patients.models import CareTeamMember, Patient
from patients.models.care_team import Reason
from practitioners.models import Practitioner

SINCE = timedelta(days=42)


@dataclass(frozen=True)
class Elder:
    """`relative` is the account that reads and books for him: his daughter's."""

    patient: Patient
    doctor: Practitioner
    physiotherapist: Practitioner
    nurse: Practitioner
    relative: User


def elder() -> Elder:
    """Marcel Delbecque, patiente@'s father. His physiotherapist and nurse join his care; asked twice, once."""
    patient = Patient.objects.get(birth_name="Delbecque", birth_first_names="Marcel")
    team = {
        name: Practitioner.objects.select_related("user", "profession").get(
            user__email=f"{name}@demo.example"
        )
        for name in ("medecin", "kine", "infirmiere")
    }
    for name, reason in (("kine", Reason.REFERRAL), ("infirmiere", Reason.APPOINTMENT)):
        CareTeamMember.objects.get_or_create(
            patient=patient,
            practitioner=team[name],
            reason=reason,
            until=None,
            defaults={"since": clock.today() - SINCE},
        )
    return Elder(
        patient=patient,
        doctor=team["medecin"],
        physiotherapist=team["kine"],
        nurse=team["infirmiere"],
        relative=User.objects.get(email="patiente@demo.example"),
    )
