"""Who may read one record today: the same rule as `reason_to_open`, asked for the whole team at once."""

from __future__ import annotations

from django.db.models import Q

from core import clock
from core.db import together
from patients import consents
from patients.care_team import care_team_of, members_of
from patients.models import Consent, Patient
from patients.models.care_team import Reason
from patients.models.consent import Decision
from practitioners.models import Internship, Practitioner


def readers_of(patient: Patient) -> list[Practitioner]:
    """Professionals with an account, by name. A fixed number of queries. Emergency accesses do not count:
    for an hour one is no member of the team."""
    members, said = together(members_of(patient), Consent.objects.in_force().filter(patient=patient))
    team = set(care_team_of(patient, members))
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
    named = {one.practitioner_id for one in members if one.reason == Reason.RECOGNISED}
    return [
        one
        for one in found
        if one.pk not in opposed
        and _has_word(one, said, named)
        and _takes_part(one.pk, team, opposed, supervisors)
    ]


def _stays(team: set[int]) -> dict[int, set[int] | None]:
    """Trainees of whom somebody in the team is the supervisor, or who are in it; None where no stay is in force."""
    rows = Internship.objects.filter(Q(intern__in=team) | Q(supervisors__in=team)).order_by("pk")
    today = clock.today()
    found: dict[int, set[int] | None] = {}
    for intern, since, until, supervisor in rows.values_list("intern", "since", "until", "supervisors"):
        if since <= today <= until:
            found[intern] = (found.get(intern) or set()) | ({supervisor} if supervisor else set())
        else:
            found.setdefault(intern, None)
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
