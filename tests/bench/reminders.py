"""100,000 reminders due at once, two processes, a carrier that takes batches; a sweep that finds nothing.

    DATABASE_URL=postgresql:///scratch python -m tests.bench.reminders

Empties the tables of the database that it is given: never one that anybody needs.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import sys
import time
from datetime import date, timedelta
from typing import Any

DUE = int(os.environ.get("BENCH_REMINDERS", "100000"))
FUTURE = int(os.environ.get("BENCH_FUTURE", "1000000"))
# Writing each one out is the templates' speed, not the queue's: some are enough.
WRITTEN = min(DUE, 2000)
PATIENTS = 10_000
NULL = "core.outbox.gateways.demo.NullGateway"
DEMO = "core.outbox.gateways.demo.DemoGateway"


def prepare(gateway: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "msp_portal.settings.demo")
    django.setup()
    from django.conf import settings

    settings.OUTBOX_GATEWAYS = {"email": gateway, "sms": gateway}
    settings.OUTBOX_WAKE = False
    from core.outbox import quiet_hours

    # At night reminders wait: the bench does not.
    quiet_hours.is_quiet = lambda instant: False


def make_people_and_visits() -> None:
    from accounts.models import User
    from appointments.models import Appointment
    from core import clock
    from patients.models import NoticePreference, Patient, Proxy
    from tests.factories.appointments import VisitReasonFactory
    from tests.factories.practitioners import PlaceFactory

    users = User.objects.bulk_create(
        [User(email=f"p{n}@example.org", password="!") for n in range(PATIENTS)], batch_size=5000
    )
    patients = Patient.objects.bulk_create(
        [
            Patient(birth_name=f"N{n}", birth_first_names="Anne", birth_date=date(1980, 1, 1))
            for n in range(PATIENTS)
        ],
        batch_size=5000,
    )
    Proxy.objects.bulk_create(
        [
            Proxy(user=user, patient=patient, relation="self", state="active")
            for user, patient in zip(users, patients, strict=True)
        ],
        batch_size=5000,
    )
    NoticePreference.objects.bulk_create([NoticePreference(user=user) for user in users], batch_size=5000)
    reasons = [VisitReasonFactory(practitioner__slug=f"b{n}") for n in range(500)]
    place = PlaceFactory()
    begin = clock.now() + timedelta(days=1)
    visits = []
    for n in range(DUE):
        reason = reasons[n % len(reasons)]
        start = begin + timedelta(minutes=20 * (n // len(reasons)))
        end = start + timedelta(minutes=20)
        visits.append(
            Appointment(
                practitioner=reason.practitioner,
                reason=reason,
                patient=patients[n * 7919 % PATIENTS],
                place=place,
                start_at=start,
                end_at=end,
                blocked_until=end,
                booked_at=begin,
            )
        )
    from django.db import connection

    with connection.cursor() as cursor:
        # What the constraint is for is measured elsewhere; two visits of one invented person may meet.
        cursor.execute(
            "ALTER TABLE appointments_appointment DROP CONSTRAINT IF EXISTS appointment_patient_free"
        )
    Appointment.objects.bulk_create(visits, batch_size=2000)


def make_reminders(future: int, number: int = DUE) -> None:
    """By SQL: due ones for so many visits, or waiting ones of the months to come."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE outbox_outboxmessage CASCADE")
        cursor.execute(
            """
            INSERT INTO outbox_outboxmessage (key, dedupe_key, kind, channel, recipient_id, address, language,
                subject_type, subject_id, payload, merge_key, due_at, expires_at, next_attempt_at, attempts, state,
                created_at, last_error, provider_id, sent_subject, sent_body)
            SELECT gen_random_uuid(), 'b:' || a.id || ':' || g, 'appointments.reminder.days', 'email', p.user_id,
                'p@example.org', 'fr', 'appointments.appointment', a.id, '{"sequence": 0}',
                'r:' || p.user_id || ':' || a.start_at::date || ':' || a.id || ':' || g, due, due + interval '20 hours',
                due, 0, 'due', now(), '', '', '', ''
            FROM appointments_appointment a JOIN patients_proxy p USING (patient_id),
                 generate_series(1, %(copies)s) g,
                 LATERAL (
                    SELECT now() + CASE WHEN %(future)s > 0 THEN interval '1 day' * g ELSE interval '-1 minute' END due
                 ) d
            LIMIT %(limit)s
            """,
            {"future": future, "copies": max(future // DUE, 1), "limit": future or number},
        )
        cursor.execute("VACUUM ANALYZE outbox_outboxmessage")


def work(gateway: str) -> int:
    prepare(gateway)
    from core.outbox.delivery import deliver

    return deliver("email", seconds=600)


def drain(gateway: str, number: int = DUE, processes: int = 2) -> float:
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes) as pool:
        pool.map(prepare, [gateway] * processes)
        started = time.perf_counter()
        taken = sum(pool.map(work, [gateway] * processes, chunksize=1))
        elapsed = time.perf_counter() - started
    from core.outbox.models import OutboxMessage

    assert taken == number
    assert OutboxMessage.objects.filter(state="sent", attempts=1).count() == number
    return number / elapsed


def idle_sweep(rounds: int = 200) -> float:
    from core.outbox.tasks import sweep

    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        sweep("email")
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def main() -> None:
    prepare(NULL)
    from appointments.models import Appointment
    from tests.bench import killed_sweep

    figures: dict[str, Any] = {}
    if Appointment.objects.count() != DUE:
        make_people_and_visits()
    rates = []
    for _ in range(3):
        make_reminders(0)
        rates.append(round(drain(NULL)))
    figures["reminders_per_second_null"] = statistics.median(rates)
    make_reminders(0, WRITTEN)
    figures["reminders_per_second_written"] = round(drain(DEMO, WRITTEN))
    figures["killed"] = killed_sweep.kill_one(DUE)
    make_reminders(FUTURE)
    figures["idle_sweep_ms_with_future"] = round(idle_sweep(), 2)
    json.dump(figures, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
