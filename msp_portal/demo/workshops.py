"""Three workshops: one that is full and has a waiting list, a cycle that runs, a weekly group of older people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from accounts.models import User
from appointments.actions.plan_sessions import occupy, reserve_room
from appointments.models import (
    Attendance,
    Enrolment,
    EnrolmentState,
    Mark,
    Origin,
    SessionState,
    Workshop,
    WorkshopCycle,
    WorkshopKind,
    WorkshopSession,
)
from appointments.models.reference import REFERENCE_ALPHABET
from appointments.models.workshop import EnrolmentUnit, WhoMayEnrol
from appointments.workshop_dates import Pattern, plan
from core import clock
from msp_portal.demo.cast import Family
from msp_portal.demo.house import House
from msp_portal.demo.vocabulary import MAIN, MEETING_ROOM
from patients.models import Patient

TUESDAY, THURSDAY, FRIDAY = 1, 3, 4

SLEEP: dict[str, Any] = {
    "title": "Bien dormir",
    "slug": "bien-dormir",
    "kind": WorkshopKind.PREVENTION,
    "description": "Vous dormez mal depuis des semaines ? En deux heures, on comprend comment vient le sommeil, ce"
    " qui l’empêche, et on repart avec trois gestes à essayer chez soi.\n\nVenez comme vous êtes : on parle, personne"
    " n’est jugé.",
    "seats": 8,
    "min_age": 16,
    "price": "gratuit",
    "contact": "l’accueil, au 03 53 01 00 10",
}
DIABETES: dict[str, Any] = {
    "title": "Vivre avec le diabète",
    "slug": "vivre-avec-le-diabete",
    "kind": WorkshopKind.EDUCATION,
    "description": "Six séances avec le même groupe : comprendre ses mesures, manger avec plaisir, bouger, prendre"
    " soin de ses pieds, savoir que faire quand le sucre monte ou descend.\n\nUn proche peut vous accompagner.",
    "who": WhoMayEnrol.KNOWN,
    "unit": EnrolmentUnit.CYCLE,
    "seats": 10,
    "min_age": 18,
    "price": "gratuit, pris en charge par l’Assurance maladie",
    "contact": "l’infirmière, au 03 53 01 00 10",
}
BALANCE: dict[str, Any] = {
    "title": "Équilibre et prévention des chutes",
    "slug": "equilibre-et-prevention-des-chutes",
    "kind": WorkshopKind.GROUP,
    "description": "Une heure de mouvements doux pour garder l’équilibre et savoir se relever. Mettez des chaussures"
    " fermées qui tiennent bien le pied.",
    "seats": 10,
    "min_age": 60,
    "price": "5 € la séance",
    "contact": "l’accueil, au 03 53 01 00 10",
}


class Groups:
    """Enrols by chance, the same chance for the same seed."""

    def __init__(self, rng: Random, house: House, everybody: Sequence[Patient], secretary: User) -> None:
        self.rng, self.house, self.secretary = rng, house, secretary
        self.now = clock.now().replace(second=0, microsecond=0)
        self.place, self.room = house.places[MAIN], house.rooms[MEETING_ROOM]
        standing = set(Patient.objects.living().values_list("pk", flat=True))
        self.people = [one for one in everybody if one.pk in standing]

    def workshop(self, words: dict[str, Any], *emails: str) -> Workshop:
        row = Workshop.objects.create(
            centre=self.house.centre,
            place=self.place,
            room=self.room,
            created_by=self.secretary,
            **words,
        )
        row.animators.set([self.house.member(f"{name}@demo.example").row for name in emails])
        return row

    def dates(self, workshop: Workshop, pattern: Pattern) -> list[WorkshopCycle]:
        """Of the past too: what was held keeps its sheet. A day on which somebody is in the way is left out."""
        times = [(one.start_at, one.end_at) for one in plan(pattern, self.place) if not one.skipped]
        groups = [times] if workshop.is_cycle else [[one] for one in times]
        return [self._cycle(workshop, group) for group in groups]

    def _cycle(self, workshop: Workshop, times: Sequence[tuple[datetime, datetime]]) -> WorkshopCycle:
        cycle = WorkshopCycle.objects.create(workshop=workshop, seats=workshop.seats)
        for start_at, end_at in times:
            is_over = end_at <= self.now
            session = WorkshopSession.objects.create(
                cycle=cycle,
                start_at=start_at,
                end_at=end_at,
                place=self.place,
                room=self.room,
                state=SessionState.HELD if is_over else SessionState.PLANNED,
            )
            occupy(session, list(workshop.animators.order_by("pk")))
            if not is_over:
                reserve_room(session, actor=self.secretary)
        return cycle

    def fill(self, cycle: WorkshopCycle, count: int, *also: Patient, waiting: Sequence[Patient] = ()) -> None:
        """`also` sit among the `count`; who waits does so in this order."""
        wanted = cycle.workshop.min_age or 0
        day = clock.local(self.now).date()
        present = {one.pk for one in (*also, *waiting)}
        fitting = [one for one in self.people if one.age_on(day) >= wanted and one.pk not in present]
        seated = [*also, *self.rng.sample(fitting, min(len(fitting), max(0, count - len(also))))]
        rows = [self._row(cycle, one, EnrolmentState.ENROLLED, days=20 - n) for n, one in enumerate(seated)]
        rows += [
            self._row(cycle, one, EnrolmentState.WAITING, days=4 - n, queue=n + 1)
            for n, one in enumerate(waiting)
        ]
        Enrolment.objects.bulk_create(rows)
        self._who_came(cycle)

    def some(self, count: int) -> list[Patient]:
        return self.rng.sample(self.people, min(len(self.people), count))

    def _row(
        self,
        cycle: WorkshopCycle,
        patient: Patient,
        state: EnrolmentState,
        *,
        days: int,
        queue: int | None = None,
    ) -> Enrolment:
        first = cycle.sessions.order_by("start_at").values_list("start_at", flat=True)[0]
        asked = min(self.now, first) - timedelta(days=max(days, 1), hours=self.rng.randint(1, 9))
        signs = "".join(self.rng.choices(REFERENCE_ALPHABET, k=8))
        return Enrolment(
            reference=f"{signs[:4]}-{signs[4:]}",
            cycle=cycle,
            patient=patient,
            state=state,
            queue=queue,
            origin=self.rng.choice([Origin.ONLINE, Origin.ONLINE, Origin.PHONE, Origin.PRACTITIONER]),
            asked_at=asked,
            seated_at=asked if state == EnrolmentState.ENROLLED else None,
        )

    def _who_came(self, cycle: WorkshopCycle) -> None:
        marks = [Mark.PRESENT] * 7 + [Mark.ABSENT, Mark.EXCUSED]
        held = cycle.sessions.filter(state=SessionState.HELD).order_by("start_at")
        rows = list(cycle.enrolments.enrolled().order_by("pk"))
        Attendance.objects.bulk_create(
            [
                Attendance(
                    enrolment=row,
                    session=session,
                    mark=self.rng.choice(marks),
                    marked_at=session.end_at,
                    marked_by=self.secretary,
                )
                for session in held
                for row in rows
            ]
        )


def _monday() -> date:
    today = clock.today()
    return today - timedelta(days=today.weekday())


def announce(
    seed: int, house: House, everybody: Sequence[Patient], family: Family, neighbour: Patient, secretary: User
) -> None:
    """Evenings and Friday noons, when nobody is booked; with chances of their own, so that all else stays as it was."""
    groups = Groups(Random(f"workshops {seed}"), house, everybody, secretary)  # noqa: S311
    monday = _monday()
    evening = time(18, 30), time(20, 30)

    sleep = groups.workshop(SLEEP, "psychologue")
    first, second, third = groups.dates(sleep, Pattern(THURSDAY, *evening, 3, monday + timedelta(weeks=1), 3))
    others = groups.some(2)
    groups.fill(first, 8, waiting=[*others[:1], family.mother, *others[1:]])
    groups.fill(second, 5, neighbour)
    groups.fill(third, 1)

    diabetes = groups.workshop(DIABETES, "infirmiere", "medecin")
    (running,) = groups.dates(diabetes, Pattern(TUESDAY, *evening, 2, monday - timedelta(weeks=5), 6))
    groups.fill(running, 9)
    (coming,) = groups.dates(diabetes, Pattern(TUESDAY, *evening, 2, monday + timedelta(weeks=10), 6))
    groups.fill(coming, 3)

    balance = groups.workshop(BALANCE, "kine")
    weeks = groups.dates(
        balance, Pattern(FRIDAY, time(12, 30), time(13, 30), 1, monday - timedelta(weeks=2), 7)
    )
    for number, cycle in enumerate(weeks):
        groups.fill(cycle, 9 - number, family.father)
