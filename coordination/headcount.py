"""Who will be here in the coming three years, and when there will be too few. Reads, never writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Visitor, is_coordinator
from appointments.models import Appointment, Opening, OpeningRule
from coordination.models import CarePathway, HeadcountRule, Referral, StaffChange, Task
from coordination.models.headcount import Direction
from core import clock
from patients.models import Patient
from practitioners.models import Internship, Practitioner, Profession
from practitioners.models.practitioner import Kind
from practitioners.models.profession import InformationCategory

MONTHS = 36
# TRE_G15: doctor, pharmacist, dental surgeon, midwife; the other health professions are paramedical.
NOT_PARAMEDICAL = frozenset({"10", "21", "40", "50"})


class Count(NamedTuple):
    doctors: int
    paramedics: int

    @property
    def doctors_words(self) -> str:
        words = ngettext("%(number)s médecin généraliste", "%(number)s médecins généralistes", self.doctors)
        return words % {"number": self.doctors}

    @property
    def paramedics_words(self) -> str:
        words = ngettext("%(number)s paramédical", "%(number)s paramédicaux", self.paramedics)
        return words % {"number": self.paramedics}


@dataclass(frozen=True)
class Point:
    """How many there are from this day on, and how many there must be."""

    day: date
    count: Count
    least: Count

    @property
    def is_short(self) -> bool:
        return self.count.doctors < self.least.doctors or self.count.paramedics < self.least.paramedics


@dataclass(frozen=True)
class Forecast:
    months: list[Point]
    shortages: list[Point]

    @property
    def now(self) -> Point:
        return self.months[0]


def is_gp(profession: Profession) -> bool:
    return profession.is_medical_doctor and profession.can_be_attending_doctor


def is_paramedic(profession: Profession) -> bool:
    is_health = profession.information_category == InformationCategory.HEALTH
    return is_health and not profession.is_medical_doctor and profession.role_code not in NOT_PARAMEDICAL


def forecast(today: date) -> Forecast:
    """The first of each of the coming months; and each day on which it begins to be too few. Three queries."""
    trainees = Internship.objects.filter(until__gte=today).values("intern")
    members = Practitioner.objects.filter(kind=Kind.MEMBER).exclude(pk__in=trainees)
    people = list(members.select_related("profession").order_by("pk"))
    changes = list(StaffChange.objects.select_related("profession").order_by("on", "pk"))
    rules = list(HeadcountRule.objects.order_by("-valid_from"))

    def at(day: date) -> Point:
        return Point(day, _count(people, changes, day), _least(rules, day))

    first = today.replace(day=1)
    months = [at(today), *(at(first + relativedelta(months=number)) for number in range(1, MONTHS + 1))]
    last = months[-1].day
    ends = [one.active_until + timedelta(days=1) for one in people if one.active_until]
    days = sorted({today, *(one.on for one in changes), *ends, *(rule.valid_from for rule in rules)})
    shortages, was_short = [], False
    for day in days:
        if today <= day <= last:
            point = at(day)
            if point.is_short and not was_short:
                shortages.append(point)
            was_short = point.is_short
    return Forecast(months, shortages)


def _least(rules: list[HeadcountRule], day: date) -> Count:
    rule = next((rule for rule in rules if rule.valid_from <= day), None)
    rule = rule or HeadcountRule()  # a house without a line follows what is usual
    return Count(rule.doctors, rule.paramedics)


def _count(people: list[Practitioner], changes: list[StaffChange], day: date) -> Count:
    """Of each person the last thing planned by that day holds; without any, the dates of his practice."""
    planned = {one.practitioner_id: one.direction for one in changes if one.on <= day}
    here = [one.profession for one in people if _is_here(one, planned.get(one.pk), day)]
    here += [
        one.profession
        for one in changes
        if one.practitioner_id is None and one.direction == Direction.COMES and one.on <= day
    ]
    return Count(sum(map(is_gp, here)), sum(map(is_paramedic, here)))


def _is_here(one: Practitioner, planned: str | None, day: date) -> bool:
    if planned is not None:
        return planned == Direction.COMES
    return (one.active_from or day) <= day <= (one.active_until or day)


def changes_for(user: Visitor) -> QuerySet[StaffChange]:
    """All for the coordinator, his own for a professional: nobody reads who else thinks of leaving."""
    rows = StaffChange.objects.select_related("practitioner", "profession")
    return rows if is_coordinator(user) else rows.filter(practitioner__user=user.pk or 0)


def get_change(user: Visitor, pk: int) -> StaffChange:
    found = changes_for(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


class ToPrepare(NamedTuple):
    words: str
    number: int
    url: str


def to_prepare(change: StaffChange) -> list[ToPrepare]:
    """What a departure leaves behind: how many of each, and where it is done. Eight queries; nothing for an arrival."""
    one = change.practitioner
    if one is None or change.direction != Direction.LEAVES:
        return []
    start = clock.day_bounds(change.on)[0]
    rules = OpeningRule.objects.filter(practitioner=one)
    unended = rules.filter(Q(valid_until=None) | Q(valid_until__gte=change.on))
    visits = Appointment.objects.coming().filter(practitioner=one, start_at__gte=start)
    patients = Patient.objects.living().filter(attending_doctor=one)
    stays = Internship.objects.filter(supervisors=one, until__gte=change.on)
    tasks = Task.objects.open().filter(owner=one.user_id) if one.user_id else Task.objects.none()
    asked = Q(holder=one) | Q(holder=None, target=one) | Q(requester=one)
    referrals = Referral.objects.open().filter(asked)
    pathways = CarePathway.objects.active().filter(lead=one)
    openings = Opening.objects.standing().filter(practitioner=one, rule=None, start_at__gte=start)
    day = change.on.isoformat()
    schedule = f"{reverse('schedule')}?jour={day}"
    return [
        ToPrepare(_("rendez-vous après cette date, à replacer"), visits.count(), schedule),
        ToPrepare(
            _("plages hebdomadaires à terminer"), unended.count(), reverse("openings", args=[one.slug])
        ),
        ToPrepare(_("dates isolées à annuler"), openings.count(), reverse("openings", args=[one.slug])),
        ToPrepare(
            _("patients dont il est le médecin traitant, à prévenir"),
            patients.count(),
            reverse("patient_search"),
        ),
        ToPrepare(
            _("adressages en cours, à mener à bien ou à confier"), referrals.count(), reverse("referrals")
        ),
        ToPrepare(_("parcours dont il est le référent"), pathways.count(), reverse("pathways")),
        ToPrepare(_("tâches à confier à quelqu’un d’autre"), tasks.count(), reverse("task_list")),
        ToPrepare(_("stages à confier à un autre maître de stage"), stays.count(), reverse("stays")),
    ]
