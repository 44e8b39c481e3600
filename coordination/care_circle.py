"""The care team as a colleague reads it: who, why, since when, and who of them may not read, and why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Min
from django.utils.translation import gettext as _

from appointments.models import Appointment
from core import clock
from patients.care_team import care_team_of
from patients.consents import word_needed
from patients.models import CareTeamMember, Consent, Patient
from patients.models.care_team import Reason
from patients.models.consent import Decision
from practitioners.models import Internship, Practitioner
from practitioners.models.practitioner import Kind


@dataclass(frozen=True)
class Carer:
    practitioner: Practitioner
    reasons: list[str]
    since: date | None = None
    until: date | None = None
    closed: str = ""  # why he does not read; empty for who may

    @property
    def is_outside(self) -> bool:
        return self.practitioner.kind != Kind.MEMBER


@dataclass
class _Said:
    opposed: set[int | None] = field(default_factory=set)
    given: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    recognised: set[int] = field(default_factory=set)


def circle_of(patient: Patient) -> list[Carer]:
    """A fixed number of queries, however many they are."""
    reasons = care_team_of(patient)
    spans = _spans(patient)
    said = _said(patient)
    carers = [
        Carer(
            one,
            reasons[one.pk],
            *spans.get(one.pk, (None, None)),
            closed=_closed(one, said),
        )
        for one in Practitioner.objects.with_names()
        .filter(pk__in=reasons)
        .order_by("last_name", "first_name", "pk")
    ]
    return sorted(
        [*carers, *_trainees(carers, said)],
        key=lambda one: one.practitioner.pk != patient.attending_doctor_id,
    )


def _spans(patient: Patient) -> dict[int, tuple[date | None, date | None]]:
    """Since the first of his reasons; until the last, where none is without end."""
    found: dict[int, tuple[date | None, date | None]] = {}
    rows = Appointment.objects.active().filter(patient=patient).order_by()
    for key, first in rows.values_list("practitioner").annotate(first=Min("start_at")):
        found[key] = (clock.local(first).date(), None)
    for member in CareTeamMember.objects.in_force().filter(patient=patient).order_by("since"):
        since, _until = found.get(member.practitioner_id, (member.since, None))
        known = member.practitioner_id in found
        found[member.practitioner_id] = (
            min(since or member.since, member.since),
            None if known else member.until,
        )
    return found


def _said(patient: Patient) -> _Said:
    said = _Said()
    for consent in Consent.objects.in_force().filter(patient=patient):
        if consent.decision == Decision.OPPOSES:
            said.opposed.add(consent.practitioner_id)
        elif consent.practitioner_id:
            said.given[consent.practitioner_id].add(consent.decision)
    named = CareTeamMember.objects.in_force().filter(patient=patient, reason=Reason.RECOGNISED)
    said.recognised = set(named.values_list("practitioner_id", flat=True))
    return said


def _closed(practitioner: Practitioner, said: _Said) -> str:
    if None in said.opposed:
        return _("la personne a fermé son dossier à toute la maison")
    if practitioner.pk in said.opposed:
        return _("la personne s’y oppose")
    needed = word_needed(practitioner)
    given = said.given.get(practitioner.pk, set()) & {needed, Decision.AGREES}
    if needed is None or given or practitioner.pk in said.recognised:
        return ""
    return _("accord à recueillir") if needed == Decision.AGREES else _("information à donner")


def _trainees(carers: Iterable[Carer], said: _Said) -> list[Carer]:
    """Who learns with one of them today reads through him, as long as he himself reads."""
    by_key = {one.practitioner.pk: one for one in carers}
    today = clock.today()
    stays = (
        Internship.objects.filter(supervisors__in=by_key, since__lte=today, until__gte=today)
        .select_related("intern__profession")
        .prefetch_related("supervisors")
        .order_by("pk")
        .distinct()
    )
    found = []
    for stay in stays:
        names = [one for one in stay.supervisors.all() if one.pk in by_key]
        if stay.intern_id in by_key:
            continue
        closed = _closed(stay.intern, said) or (
            _("la personne s’oppose à son superviseur") if all(by_key[one.pk].closed for one in names) else ""
        )
        words = _("interne, avec %(names)s") % {"names": ", ".join(one.display_name for one in names)}
        found.append(Carer(stay.intern, [words], stay.since, stay.until, closed))
    return found
