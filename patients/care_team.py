"""Who takes part in a patient's care, told from the patient's side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from patients.models import CareTeamMember, Patient
from patients.models.care_team import CareTeamQuerySet

# The professionals for whom a reason of a room above holds, with its words (see `patients.access.add_ground`).
type Team = Callable[[Patient], Iterable[tuple[int, str]]]
_teams: list[Team] = []


def add_team(team: Team) -> None:
    _teams.append(team)


def members_of(patient: Patient) -> CareTeamQuerySet:
    return CareTeamMember.objects.in_force().filter(patient=patient).order_by("since", "pk")


def care_team_of(patient: Patient, members: Iterable[CareTeamMember] | None = None) -> dict[int, list[str]]:
    """Professionals (by key) who take part in the care, each with the words of his reasons; `members` if known."""
    found: dict[int, list[str]] = defaultdict(list)
    if patient.attending_doctor_id is not None:
        found[patient.attending_doctor_id].append(_("médecin traitant"))
    for member in members_of(patient) if members is None else members:
        found[member.practitioner_id].append(str(member.get_reason_display()))
    for team in _teams:
        for practitioner, words in team(patient):
            found[practitioner].append(words)
    return {key: list(dict.fromkeys(reasons)) for key, reasons in found.items()}
