"""The contract with the health insurance: last year as it was frozen, this year as it runs."""

from __future__ import annotations

from copy import copy
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Min

from accounts.models import User
from appointments.calendar import public_holidays
from appointments.models import Opening, OpeningRule
from appointments.unfolding import dated_hours
from coordination.models import ProtocolSignature, ProtocolVersion
from coordination.models.protocol import ProtocolState
from core import clock
from msp_portal.demo.house import House
from msp_portal.demo.meetings import TEAM, hold_meeting
from partnerships.actions.freeze_evidence import freeze_evidence
from partnerships.actions.prove_evidence import declare, set_list_size
from partnerships.actions.set_evidence_grid import save_indicator, start_grid
from partnerships.models import ConsultationSession, EvidenceYear, SessionPattern, SessionState
from patients.models import Patient
from practitioners.models import Internship, Practitioner
from practitioners.models.internship import Level
from practitioners.models.practitioner import Kind

FORMER_INTERNS = (("Alix", "Dubrulle", Level.LEVEL_1, 5), ("Basile", "Carlier", Level.SASPAS, 11))


def prove(house: House, accounts: dict[str, User]) -> None:
    coordinator = accounts["coordination@demo.example"]
    grid = start_grid(house.centre, actor=accounts["admin@demo.example"])
    # The contract of this house wants most of the hours, not all of them.
    for code, share in (("horaires", 70), ("soins-non-programmes", 60)):
        line = grid.indicators.prefetch_related("levels").get(code=code)
        levels = [(Decimal(share), level.points) for level in line.levels.all()]
        save_indicator(line, levels, actor=accounts["admin@demo.example"])
    last = clock.today().year - 1
    _hours_before_the_schedule(house, last)
    _sessions_before(last)
    _meetings(house, accounts, last)
    _protocols_before(last)
    _interns(house, last)
    for year in (last, last + 1):
        said = EvidenceYear(centre=house.centre, year=year)
        if year == last:
            set_list_size(said, 2860, actor=coordinator)
        declare(
            said,
            "sas",
            value=Decimal(50),
            note="La moitié des médecins, attestation du SAS.",
            actor=coordinator,
        )
    freeze_evidence(house.centre, last, actor=coordinator)


def _hours_before_the_schedule(house: House, year: int) -> None:
    """The demo's schedule begins a year ago; before it the same weeks, as openings without visits."""
    first = date(year, 1, 1)
    begins = OpeningRule.objects.aggregate(first=Min("valid_from"))["first"]
    if begins is None or begins <= first:
        return
    off = public_holidays(house.centre.holiday_zone, first, begins)
    until = min(begins, date(year + 1, 1, 1)) - timedelta(days=1)
    rows = []
    rules = OpeningRule.objects.filter(practitioner__kind=Kind.MEMBER).select_related("practitioner")
    for rule in rules.order_by("pk"):
        former = copy(rule)
        former.valid_from = first
        rows += [
            Opening(
                practitioner_id=rule.practitioner_id,
                place_id=rule.place_id,
                start_at=hours.start_at,
                end_at=hours.end_at,
                audience=rule.audience,
            )
            for hours in dated_hours(former, first, until, off)
        ]
    Opening.objects.bulk_create(rows, batch_size=5_000)


def _sessions_before(year: int) -> None:
    """Each programme has had its weekly half-day, but for some that its partner cancelled in time."""
    for pattern in SessionPattern.objects.select_related("programme", "practitioner").order_by("pk"):
        day = date(year, 1, 5)
        day += timedelta(days=(pattern.weekday - day.weekday()) % 7)
        last = min(pattern.valid_from, clock.today()) - timedelta(days=1)
        closed = public_holidays("", day, last)
        while day <= last:
            if day.timetuple().tm_yday % 9 and day not in closed:
                _session(pattern, day)
            day += timedelta(days=7)


def _session(pattern: SessionPattern, day: date) -> None:
    start_at, end_at = clock.at(day, pattern.start_time), clock.at(day, pattern.end_time)
    here = Opening.objects.standing().between(start_at, end_at).filter(practitioner=pattern.practitioner)
    if here.exists():
        return
    opening = Opening.objects.create(
        practitioner=pattern.practitioner,
        place=pattern.programme.place,
        start_at=start_at,
        end_at=end_at,
        audience="referrer",
    )
    ConsultationSession.objects.create(
        programme=pattern.programme,
        practitioner=pattern.practitioner,
        opening=opening,
        start_at=start_at,
        end_at=end_at,
        seats=pattern.seats,
        state=SessionState.CONFIRMED,
        confirmed_at=start_at - timedelta(days=12),
        confirmed_by="Secrétariat du service",
    )


def _meetings(house: House, accounts: dict[str, User], year: int) -> None:
    """One a month but in August, a few patients each."""
    team = [house.member(f"{name}@demo.example").row for name in TEAM]
    patients = list(Patient.objects.filter(attending_doctor=team[1]).order_by("pk")[:22])
    for number, month in enumerate((1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12)):
        start = _second_tuesday(year, month)
        hold_meeting(house, accounts, team, start, number, patients[number * 2 : number * 2 + 2])


def _second_tuesday(year: int, month: int) -> datetime:
    first = date(year, month, 8)
    return clock.at(first + timedelta(days=(1 - first.weekday()) % 7), time(12, 30))


def _protocols_before(year: int) -> None:
    """What the team adopted long ago was adopted and signed long ago."""
    day = date(year, 3, 11)
    kept = ProtocolVersion.objects.filter(state=ProtocolState.ADOPTED)
    ProtocolSignature.objects.filter(version__in=kept, signed_at__isnull=False).update(
        signed_at=clock.at(day, time(13))
    )
    kept.update(adopted_on=day)


def _interns(house: House, year: int) -> None:
    """Two semesters of those who have left since."""
    supervisor = house.member("medecin@demo.example").row
    pattern = house.member("interne@demo.example").row
    for first_name, last_name, level, month in FORMER_INTERNS:
        since = date(year, month, 2)
        until = min(since + timedelta(days=180), clock.today() - timedelta(days=1))
        intern = Practitioner.objects.create(
            centre=house.centre,
            profession=pattern.profession,
            first_name=first_name,
            last_name=last_name,
            slug=f"{first_name}-{last_name}".lower(),
            is_listed=False,
            active_from=since,
            active_until=until,
        )
        stay = Internship.objects.create(
            intern=intern, level=level, since=since, until=until, faculty="Faculté de médecine de Lille"
        )
        stay.supervisors.add(supervisor)
