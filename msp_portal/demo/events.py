"""What disturbs a plan: holidays taken, a day of training, an afternoon when the house is shut."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from random import Random

from accounts.models import User
from appointments.actions.declare_absence import declare_absence
from appointments.actions.walk_in import join_queue
from appointments.models import Absence, Closure, Delay, NoShowRule
from appointments.models.absence import AbsenceKind
from core import clock
from msp_portal.demo.house import House

ON_LEAVE = "Wallaert"


def absences(rng: Random, house: House) -> list[Absence]:
    """A week or two of the past for everybody, and a day of training to come for the physiotherapist."""
    today = clock.today()
    monday = today - timedelta(days=today.weekday())
    rows = []
    for member in house.members:
        for _ in range(2):
            first = monday - timedelta(weeks=rng.randint(4, 48))
            rows.append(_absence(member.row.pk, first, first + timedelta(days=6), AbsenceKind.LEAVE))
    training = monday + timedelta(days=18)  # a Friday
    kine = house.member("kine@demo.example").row.pk
    rows.append(_absence(kine, training, training, AbsenceKind.TRAINING, "Formation : équilibre et chutes"))
    return Absence.objects.bulk_create(rows)


def closure(house: House) -> Closure:
    """A Thursday afternoon in three weeks."""
    today = clock.today()
    thursday = today - timedelta(days=today.weekday()) + timedelta(days=24)
    return Closure.objects.create(
        centre=house.centre,
        start_at=clock.at(thursday, time(12, 30)),
        end_at=clock.at(thursday, time(20)),
        label="Après-midi de formation de toute l’équipe",
    )


def runs_late(house: House, user: User) -> Delay:
    """Today, for seeing what it looks like; nobody is told, as the day is full of invented addresses."""
    late = house.member("medecin2@demo.example").row
    return Delay.objects.create(practitioner=late, minutes=20, announced_by=user)


def no_show_rule(house: House) -> NoShowRule:
    """Three in a year; with some hundred absences among three thousand people it holds back hardly anybody."""
    return NoShowRule.objects.create(centre=house.centre, since=clock.today() - timedelta(days=60), most=3)


def walk_ins(house: House, user: User) -> None:
    """Two who came without an appointment."""
    doctor = house.member("medecin@demo.example").row
    nurse = house.member("infirmiere@demo.example").row
    place = doctor.places.order_by("pk")[0]
    join_queue(place, "Karim", actor=user, profession=doctor.profession, note="Vient avec sa fille")
    join_queue(place, "Odette", actor=user, practitioner=nurse)


def next_monday() -> date:
    today = clock.today()
    return today + timedelta(days=7 - today.weekday())


def falls_in_leave(house: House) -> tuple[int, datetime, datetime] | None:
    """The doctor who is away next week, and from when to when."""
    member = next((m for m in house.members if m.row.last_name == ON_LEAVE), None)
    if member is None:
        return None
    monday = next_monday()
    return member.row.pk, clock.day_bounds(monday)[0], clock.day_bounds(monday + timedelta(days=6))[1]


def go_on_leave(house: House, actor: User) -> None:
    """Declared as in life, after a few patients had been booked: they are on the worklist."""
    leave = falls_in_leave(house)
    if leave is not None:
        practitioner_id, start_at, end_at = leave
        declare_absence(
            Absence(
                practitioner_id=practitioner_id, start_at=start_at, end_at=end_at, kind=AbsenceKind.LEAVE
            ),
            actor=actor,
        )


def times_away(rows: list[Absence], shut: Closure) -> dict[int, list[tuple[datetime, datetime]]]:
    """When each practitioner receives nobody, the closure of the house included."""
    times: defaultdict[int, list[tuple[datetime, datetime]]] = defaultdict(
        lambda: [(shut.start_at, shut.end_at)]
    )
    for row in rows:
        times[row.practitioner_id].append((row.start_at, row.end_at))
    return times


def _absence(practitioner_id: int, first: date, last: date, kind: AbsenceKind, note: str = "") -> Absence:
    return Absence(
        practitioner_id=practitioner_id,
        kind=kind,
        start_at=clock.day_bounds(first)[0],
        end_at=clock.day_bounds(last)[1],
        note=note,
    )
