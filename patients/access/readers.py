"""Who may read one record today: the same rule as `reason_to_open`, asked for the whole team at once."""

from __future__ import annotations

from django.db.models import Q

from core import clock
from patients import consents
from patients.care_team import care_team_of
from patients.models import CareTeamMember, Consent, Patient
from patients.models.care_team import Reason
from patients.models.consent import Decision
from practitioners.models import Internship, Practitioner


def readers_of(patient: Patient) -> list[Practitioner]:
    """Professionals with an account, by name. A fixed number of queries. Emergency accesses do not count:
    for an hour one is no member of the team."""
    team = set(care_team_of(patient))
    said = list(Consent.objects.in_force().filter(patient=patient))
    opposed = {word.practitioner_id for word in said if word.decision == Decision.OPPOSES}
    if None in opposed:
        return []
    supervisors = _stays(team)
    found = list(
        Practitioner.objects.active()
        .with_names()
        .filter(pk__in=team | set(supervisors), user__is_active=True)
        .select_related("user", "profession")
        .order_by("last_name", "first_name", "pk")
    )
    # Asked only where it can make a difference: health professionals of the house need no word.
    named: set[int] = set()
    if any(consents.word_needed(one) for one in found):
        rows = CareTeamMember.objects.in_force().filter(patient=patient, reason=Reason.RECOGNISED)
        named = set(rows.values_list("practitioner_id", flat=True))
    return [
        one
        for one in found
        if one.pk not in opposed
        and _has_word(one, said, named)
        and _takes_part(one.pk, team, opposed, supervisors)
    ]


def _stays(team: set[int]) -> dict[int, set[int] | None]:
    """Trainees of whom somebody in the team is the supervisor, or who are in it; None where no stay is in force."""
    rows = Internship.objects.filter(Q(intern__in=team) | Q(supervisors__in=team)).distinct()
    today = clock.today()
    found: dict[int, set[int] | None] = {}
    for stay in rows.prefetch_related("supervisors"):
        if stay.since <= today <= stay.until:
            found[stay.intern_id] = (found.get(stay.intern_id) or set()) | {
                one.pk for one in stay.supervisors.all()
            }
        else:
            found.setdefault(stay.intern_id, None)
    return found


def _takes_part(
    pk: int, team: set[int], opposed: set[int | None], supervisors: dict[int, set[int] | None]
) -> bool:
    if pk not in supervisors:
        return pk in team
    through = supervisors[pk]
    return through is not None and (pk in team or bool((through & team) - opposed))


def _has_word(practitioner: Practitioner, said: list[Consent], named: set[int]) -> bool:
    needed = consents.word_needed(practitioner)
    if needed is None or practitioner.pk in named:
        return True
    return any(
        word.practitioner_id == practitioner.pk and word.decision in {needed, Decision.AGREES}
        for word in said
    )
