"""From an empty database to a lively centre, in one transaction: a demo is whole or it is not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction

from accounts.models import User
from appointments.actions.unfold import unfold
from appointments.models import Appointment, Opening, Status
from core import clock
from msp_portal.demo import (
    cancelled_sessions,
    care_plans,
    cast,
    consultations,
    desk,
    events,
    evidence,
    expertise,
    house,
    meetings,
    notes,
    outside,
    papers,
    partner_days,
    partners,
    past_sessions,
    pathways,
    photos,
    population,
    record,
    referrals,
    reminders,
    requests,
    sharing,
    stays,
    story,
    talk,
    together,
    video_visits,
    waiting,
    workshops,
)
from msp_portal.demo.cast import Family
from msp_portal.demo.house import HISTORY, House
from msp_portal.demo.staff import STAFF
from msp_portal.demo.visits import Diary
from patients.models import CareTeamMember, Patient
from patients.models.care_team import Reason

SMALLEST_HOUSE = sum(1 for person in STAFF if person.email)


@dataclass(frozen=True)
class Wishes:
    seed: int = 1
    practitioners: int = len(STAFF)
    patients: int = 3_000
    appointments: int | None = None


@transaction.atomic
def fill(wishes: Wishes) -> dict[str, int]:
    """The same seed on the same day makes the same centre."""
    rng, now = Random(wishes.seed), clock.now().replace(second=0, microsecond=0)  # noqa: S311
    centre = house.build(rng, max(wishes.practitioners, SMALLEST_HOUSE))
    accounts = cast.users(centre)
    secretary = accounts["secretariat@demo.example"]
    cast.internship(centre)
    unfold(first=clock.today() - HISTORY)
    everybody, diary = _come(rng, centre, wishes, now)
    _take_stock()
    family = cast.family(centre, accounts, now)
    stranger = cast.neighbour(centre, accounts, rng, now)
    story.tell(diary, family, stranger, accounts)
    together.give(diary, family, accounts)
    _live(rng, centre, accounts)
    _care(family, stranger, accounts)
    desk.open_the_pool(centre)
    desk.equip(centre, secretary)
    desk.enter_twice(rng, everybody, secretary)
    workshops.announce(wishes.seed, centre, everybody, family, stranger, secretary)
    partners.work_with_partners(centre, accounts)
    past_sessions.hold(diary)
    partner_days.live(everybody, accounts)
    waiting.wait(diary, everybody, family.mother, accounts)
    waiting.replace_leave(diary, accounts)
    _work_together(diary, everybody, family, stranger, centre, accounts)
    evidence.prove(centre, accounts)
    cancelled_sessions.fall_away(diary, everybody, accounts)
    video_visits.show(diary, family, accounts)
    diary.name_the_others()
    return {
        "practitioners": len(centre.members),
        "patients": Patient.objects.count(),
        "appointments": Appointment.objects.count(),
        "coming": Appointment.objects.coming(now).count(),
    }


def _come(rng: Random, centre: House, wishes: Wishes, now: datetime) -> tuple[list[Patient], Diary]:
    """The people of the town, and their visits where nobody is away."""
    away = events.times_away(events.absences(rng, centre), events.closure(centre))
    leave = events.falls_in_leave(centre)

    def on_leave(opening: Opening) -> bool:
        return (
            leave is not None
            and opening.practitioner_id == leave[0]
            and leave[1] <= opening.start_at < leave[2]
        )

    def hindered(opening: Opening) -> bool:
        times = away[opening.practitioner_id]
        return any(start < opening.end_at and end > opening.start_at for start, end in times)

    everybody = population.build(rng, centre, wishes.patients, now)
    diary = Diary(rng, centre, everybody, now, wishes.appointments, leave=on_leave, hindered=hindered)
    diary.fill()
    diary.save()
    reminders.remind(diary)
    return everybody, diary


def _live(rng: Random, centre: House, accounts: dict[str, User]) -> None:
    """What happens in a house: a leave, people without appointment, a delay, calendars, a round."""
    secretary = accounts["secretariat@demo.example"]
    events.go_on_leave(centre, secretary)
    events.no_show_rule(centre)
    events.walk_ins(centre, secretary)
    events.runs_late(centre, secretary)
    _who_knows_whom()
    outside.connect(rng, centre, accounts)
    outside.drive(centre, accounts)


def _care(family: Family, stranger: Patient, accounts: dict[str, User]) -> None:
    sharing.share(family, stranger, accounts)
    notes.write(family)
    care_plans.plan()
    record.fill_records(family, accounts)


def _work_together(
    diary: Diary,
    everybody: list[Patient],
    family: Family,
    stranger: Patient,
    centre: House,
    accounts: dict[str, User],
) -> None:
    """Colleagues of the house and of the hospitals, around the patients whom they share."""
    talk.talk(family, accounts)
    stays.train(centre, accounts)
    pathways.allow(centre, accounts)
    pathways.follow(pathways.write(centre, accounts), stranger, everybody, centre)
    papers.keep(family)
    photos.photograph(family)
    referrals.refer(diary, family, accounts)
    requests.ask_partners(family, accounts)
    expertise.ask(family, accounts)
    photos.join(family)
    meetings.meet(centre, accounts)
    consultations.receive(family, accounts)


def _take_stock() -> None:
    """PostgreSQL still believes these tables empty, and would look through thousands of rows one by one."""
    with connection.cursor() as cursor:
        for model in (Opening, Opening.reasons.through, Appointment, Patient):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _who_knows_whom() -> None:
    """A visit that took place makes the practitioner part of the patient's team, as booking does."""
    since = clock.today() - timedelta(days=365)
    table = connection.ops.quote_name(CareTeamMember._meta.db_table)
    visits = connection.ops.quote_name(Appointment._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (patient_id, practitioner_id, reason, since)"  # noqa: S608 — names of our own tables
            f" SELECT patient_id, practitioner_id, %s, greatest(min(start_at)::date, %s) FROM {visits}"
            " WHERE status = %s GROUP BY patient_id, practitioner_id ON CONFLICT DO NOTHING",
            [Reason.APPOINTMENT, since, Status.FULFILLED],
        )
