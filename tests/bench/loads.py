"""The reference work W, W-history and W-territory, loaded by the set: one statement for each kind of row."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from accounts.models import User
from appointments.models import Absence, Appointment, Closure, Opening, ReasonCategory, VisitReason
from core import clock
from patients.models import NoticePreference, Patient, Proxy
from practitioners.models import Centre, Place, Practitioner, Profession, Room

# How a visit of W-history is made: minutes of the visit, minutes after it.
VISITS = ((15, 5), (20, 0), (15, 0), (20, 10), (10, 5))
REASONS = ((15, 5, 20), (20, 0, 20), (20, 5, 20), (30, 0, 30))


@dataclass(frozen=True)
class Size:
    practitioners: int = 20
    days: int = 30
    booked: int = 7977
    patients: int = 8000
    accounts: int = 4000
    history: int = 0
    centres: int = 1
    mixed: bool = False


W = Size()
HISTORY = Size(history=1_000_000, mixed=True)
TERRITORY = Size(
    practitioners=2000, centres=100, booked=797_700, patients=800_000, accounts=0, history=3_002_300
)


def next_monday() -> date:
    today = clock.today()
    return today + timedelta(days=7 - today.weekday())


def window(days: int = 30) -> tuple[datetime, datetime]:
    monday = next_monday()
    return clock.day_bounds(monday)[0], clock.day_bounds(monday + timedelta(days=days))[0]


def load(size: Size, cursor: Any) -> dict[str, int]:
    """Through Django what is few, through `cursor` what is many. What was written, counted."""
    people(size)
    openings(size, cursor)
    if size.mixed:
        absences()
        mixed_visits(size)
    else:
        equal_visits(size, cursor)
    if size.history:
        past_visits(size, cursor)
    return {"openings": Opening.objects.count(), "appointments": Appointment.objects.count()}


def people(size: Size) -> None:
    profession, _new = Profession.objects.get_or_create(
        slug="medecin-generaliste",
        defaults={"name": "médecin généraliste", "plural_name": "médecins généralistes"},
    )
    category, _new = ReasonCategory.objects.get_or_create(
        slug="consultation", defaults={"name": "Consultation", "profession": profession}
    )
    where = {"address": "4 rue des Tilleuls", "postal_code": "62840", "city": "Laventie"}
    centres = Centre.objects.bulk_create(
        Centre(name=f"Maison de santé {n}", slug=f"maison-{n}", **where) for n in range(size.centres)
    )
    places = Place.objects.bulk_create(
        Place(centre=centre, name="Bâtiment principal", **where) for centre in centres
    )
    everybody = Practitioner.objects.bulk_create(
        Practitioner(
            centre=centres[n * size.centres // size.practitioners],
            profession=profession,
            title="Dr",
            first_name="Claire",
            last_name=f"Vandamme{n}",
            slug=f"claire-vandamme-{n}",
        )
        for n in range(size.practitioners)
    )
    of_centre = {place.centre_id: place for place in places}
    Room.objects.bulk_create(
        Room(place=of_centre[one.centre_id], name=f"Salle {one.pk}") for one in everybody
    )
    VisitReason.objects.bulk_create(reason_of(one, category, n, size) for n, one in enumerate(everybody))
    patients = Patient.objects.bulk_create(
        (
            Patient(birth_name=f"Lefebvre{n}", birth_first_names="Jeanne", birth_date=date(1980, 3, 14))
            for n in range(size.patients)
        ),
        batch_size=10_000,
    )
    users = User.objects.bulk_create(User(email=f"p{n}@example.org") for n in range(size.accounts))
    Proxy.objects.bulk_create(
        Proxy(user=user, patient=patient, relation="self", state="active")
        for user, patient in zip(users, patients, strict=False)
    )
    NoticePreference.objects.bulk_create(NoticePreference(user=user) for user in users)


def reason_of(practitioner: Practitioner, category: ReasonCategory, n: int, size: Size) -> VisitReason:
    duration, buffer, grid = REASONS[n % len(REASONS)] if size.mixed else (20, 0, 20)
    return VisitReason(
        practitioner=practitioner,
        category=category,
        name="Consultation",
        duration_minutes=duration,
        buffer_minutes=buffer,
        grid_minutes=grid,
        notice_minutes=0,
        horizon_days=365,
    )


def openings(size: Size, cursor: Any) -> None:
    """Monday to Friday, 8–12 and 13–19 h on the clock of the house."""
    cursor.execute(
        """
        INSERT INTO appointments_opening
            (practitioner_id, place_id, room_id, start_at, end_at, audience, is_edited)
        SELECT p.id, r.place_id, r.id, (day + since) AT TIME ZONE 'Europe/Paris',
               (day + until) AT TIME ZONE 'Europe/Paris', 'everyone', false
        FROM practitioners_practitioner p JOIN practitioners_room r ON r.name = 'Salle ' || p.id,
             generate_series(%(monday)s::timestamp, %(monday)s::timestamp + %(days)s * interval '1 day'
                             - interval '1 day', '1 day') day,
             (VALUES (interval '8 hours', interval '12 hours'),
                     (interval '13 hours', interval '19 hours')) h(since, until)
        WHERE extract(isodow FROM day) < 6
        ORDER BY day, since, p.id
        """,
        {"monday": next_monday(), "days": size.days},
    )


COLUMNS = """reference, request_id, status, practitioner_id, reason_id, patient_id, place_id, room_id, place_kind,
    start_at, end_at, blocked_until, is_overbooked, sequence, holder, origin, booked_at, patient_message, cancel_note"""

# `n` numbers the rows in order of time: patients take turns, so that nobody is in two rooms at once.
ROWS = f"""
    INSERT INTO appointments_appointment ({COLUMNS})
    SELECT overlay(lpad(upper(to_hex(%(first)s + n)), 8, '0') PLACING '-' FROM 5 FOR 0), gen_random_uuid(), %(status)s,
           s.practitioner_id, v.id, first_patient + n %% %(patients)s, s.place_id, s.room_id, 'centre',
           s.start_at, s.start_at + interval '20 minutes', s.start_at + interval '20 minutes', false, 0, '', 'online',
           s.start_at - interval '10 days', '', ''
    FROM ({{slots}}) s JOIN appointments_visitreason v USING (practitioner_id),
         (SELECT min(id) AS first_patient FROM patients_patient) p
"""


def equal_visits(size: Size, cursor: Any) -> None:
    """As many slots of twenty minutes as asked, strewn by a hash: the same ones on every machine."""
    slots = """
        SELECT *, row_number() OVER (ORDER BY start_at, practitioner_id) AS n FROM (
            SELECT o.practitioner_id, o.place_id, o.room_id, g AS start_at FROM appointments_opening o,
                generate_series(o.start_at, o.end_at - interval '20 minutes', '20 minutes') g
            ORDER BY md5(o.practitioner_id || ' ' || extract(epoch FROM g)) LIMIT %(booked)s) chosen"""
    cursor.execute(
        ROWS.format(slots=slots),
        {"first": 0, "status": "booked", "patients": size.patients, "booked": size.booked},
    )


def past_visits(size: Size, cursor: Any) -> None:
    """Full working days, going back from last week for as long as it takes."""
    slots = """
        SELECT p.id AS practitioner_id, r.place_id, r.id AS room_id,
               row_number() OVER (ORDER BY day DESC, k, p.id) AS n,
               (day + (CASE WHEN k < 12 THEN 480 ELSE 540 END + 20 * k) * interval '1 minute')
                   AT TIME ZONE 'Europe/Paris' AS start_at
        FROM (SELECT day FROM generate_series(%(last)s::timestamp, %(last)s::timestamp - interval '30 years',
                                              '-1 day') day
              WHERE extract(isodow FROM day) < 6 LIMIT %(days)s) days
             CROSS JOIN generate_series(0, 29) k
             CROSS JOIN practitioners_practitioner p JOIN practitioners_room r ON r.name = 'Salle ' || p.id
        ORDER BY n LIMIT %(history)s"""
    cursor.execute(
        ROWS.format(slots=slots),
        {
            "first": 10_000_000,
            "status": "fulfilled",
            "patients": size.patients,
            "last": next_monday() - timedelta(days=8),
            "days": -(-size.history // (30 * size.practitioners)),
            "history": size.history,
        },
    )


def absences() -> None:
    """A third on leave for three days, the others in a meeting; the house shut for a day, and for an evening."""
    monday = next_monday()
    for n, practitioner in enumerate(Practitioner.objects.order_by("pk")):
        first = monday + timedelta(days=n % 4 * 7)
        since, until = (time(0), time(0)) if n % 3 == 0 else (time(10, 10), time(11, 30))
        last = first + timedelta(days=3) if n % 3 == 0 else first
        Absence.objects.create(
            practitioner=practitioner, start_at=clock.at(first, since), end_at=clock.at(last, until)
        )
    centre, place = Centre.objects.get(), Place.objects.get()
    start, end = clock.day_bounds(monday + timedelta(days=18))
    Closure.objects.create(centre=centre, start_at=start, end_at=end, label="Jour férié")
    evening = clock.at(monday + timedelta(days=9), time(17))
    Closure.objects.create(
        centre=centre, place=place, start_at=evening, end_at=evening + timedelta(hours=3), label="Travaux"
    )


def mixed_visits(size: Size) -> None:
    """As many visits as in W, of 10 to 20 minutes, with and without time after them."""
    rnd = random.Random(2)
    reasons = {reason.practitioner_id: reason for reason in VisitReason.objects.all()}
    away = list(Absence.objects.values_list("practitioner_id", "start_at", "end_at"))
    shut = list(Closure.objects.values_list("start_at", "end_at"))
    patients = list(Patient.objects.order_by("pk").values_list("pk", flat=True))
    visits: list[Appointment] = []
    for opening in Opening.objects.order_by("start_at", "practitioner_id"):
        at = opening.start_at
        while at < opening.end_at:
            minutes, after = rnd.choice(VISITS)
            end = at + timedelta(minutes=minutes)
            blocked = any(s < end and e > at for p, s, e in away if p == opening.practitioner_id)
            blocked = blocked or any(s < end and e > at for s, e in shut)
            if rnd.random() > 0.64 or blocked or end > opening.end_at:
                at += timedelta(minutes=20)
                continue
            visits.append(
                Appointment(
                    reference=f"{len(visits):04X}-HIST",
                    practitioner_id=opening.practitioner_id,
                    reason=reasons[opening.practitioner_id],
                    patient_id=patients[len(visits) % len(patients)],
                    place_id=opening.place_id,
                    room_id=opening.room_id,
                    start_at=at,
                    end_at=end,
                    blocked_until=end + timedelta(minutes=after),
                    booked_at=at - timedelta(days=10),
                )
            )
            at = end + timedelta(minutes=after)
    Appointment.objects.bulk_create(visits[: size.booked], batch_size=2000)
