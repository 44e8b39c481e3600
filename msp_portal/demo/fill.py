"""From an empty database to a lively centre, in one transaction: a demo is whole or it is not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.db import connection, transaction

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
from msp_portal.demo.house import HISTORY
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
    cast.internship(centre)
    unfold(first=clock.today() - HISTORY)
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
    diary = Diary(
        rng,
        centre,
        everybody,
        now,
        wishes.appointments,
        leave=on_leave,
        hindered=hindered,
    )
    diary.fill()
    diary.save()
    reminders.remind(diary)
    _take_stock()
    family = cast.family(centre, accounts, now)
    stranger = cast.neighbour(centre, accounts, rng, now)
    story.tell(diary, family, stranger, accounts)
    together.give(diary, family, accounts)
    events.go_on_leave(centre, accounts["secretariat@demo.example"])
    events.no_show_rule(centre)
    events.walk_ins(centre, accounts["secretariat@demo.example"])
    events.runs_late(centre, accounts["secretariat@demo.example"])
    _who_knows_whom()
    outside.connect(rng, centre, accounts)
    outside.drive(centre, accounts)
    sharing.share(family, stranger, accounts)
    notes.write(family)
    care_plans.plan()
    record.fill_records(family, accounts)
    desk.open_the_pool(centre)
    desk.equip(centre, accounts["secretariat@demo.example"])
    desk.enter_twice(rng, everybody, accounts["secretariat@demo.example"])
    workshops.announce(wishes.seed, centre, everybody, family, stranger, accounts["secretariat@demo.example"])
    partners.work_with_partners(centre, accounts)
    past_sessions.hold(diary)
    partner_days.live(everybody, accounts)
    waiting.wait(diary, everybody, family.mother, accounts)
    waiting.replace_leave(diary, accounts)
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
