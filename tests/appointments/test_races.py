"""Fifty people at once, on the real database. The same race without the constraint must be lost (control run)."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, connections

from appointments.actions.book import PatientBusy, SlotClosed, book
from appointments.actions.count_free_days import count_free_days
from appointments.actions.declare_absence import declare_absence
from appointments.actions.hold import SlotTaken, expire_holds, hold
from appointments.actions.move import move
from appointments.availability import soonest
from appointments.models import Absence, Appointment, Disruption, FreeDay, FreeDayMark, Status
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from core.refusal import Refusal
from tests.cast import on_monday
from tests.factories.appointments import AppointmentFactory
from tests.factories.patients import PatientFactory, ProxyFactory

pytestmark = pytest.mark.django_db(transaction=True)


def race(runners: Sequence[Callable[[], object]]) -> list[object]:
    """Start all at the same moment, each with its own open connection; what each returned or raised."""
    barrier = threading.Barrier(len(runners), timeout=60)
    results: list[object] = [None] * len(runners)

    def run(index: int, runner: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            results[index] = runner()
        except Exception as error:  # noqa: BLE001 – the error is the result
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(runners)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def kinds(results: Sequence[object]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


def deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def test_fifty_visitors_tap_one_slot(doctor):
    for hour, minute in ((8, 0), (8, 20), (9, 0)):
        start = on_monday(hour, minute)
        results = race(
            [lambda n=n, at=start: hold(doctor.reason, at, holder=f"{n} à {at}") for n in range(50)]
        )
        assert kinds(results) == {"Appointment": 1, "SlotTaken": 49}
    assert dict(Counter(Appointment.objects.values_list("status", flat=True))) == {"held": 3}
    assert deadlocks() == 0


def test_overlapping_unequal_times_neither_double_nor_deadlock(doctor):
    long = type(doctor.reason).objects.get(pk=doctor.reason.pk)
    long.pk, long.name, long.duration_minutes, long.grid_minutes = None, "Longue", 45, 5
    long.save()
    reasons = [doctor.reason, long]
    starts = [on_monday(8, 20 * step) for step in range(3)]
    results = race(
        [lambda n=n: hold(reasons[n % 2], starts[n % 3], holder=f"visiteur {n}") for n in range(48)]
    )
    assert set(kinds(results)) == {"Appointment", "SlotTaken"}
    held = sorted(Appointment.objects.values_list("start_at", "blocked_until"))
    assert all(end <= start for (_, end), (start, _) in pairwise(held))
    assert deadlocks() == 0


@pytest.fixture
def without_the_constraint(db):
    constraint = next(c for c in Appointment._meta.constraints if c.name == "appointment_practitioner_free")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Appointment, constraint)
    yield
    Appointment.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Appointment, constraint)


def test_the_control_run_without_the_constraint_is_lost(doctor, without_the_constraint):
    """The same fifty visitors: looking first is not enough, and the race above does race.

    How closely they follow each other is the machine's business: they get the slots of a morning until one is lost.
    """
    for step in range(12):
        start = on_monday(8 + step // 3, 20 * (step % 3))
        results = race(
            [lambda n=n, at=start: hold(doctor.reason, at, holder=f"{n} à {at}") for n in range(50)]
        )
        if kinds(results)["Appointment"] > 1:
            return
    pytest.fail("no slot was held twice: the race does not race")


def test_one_form_sent_ten_times_at_once_books_once(owner, doctor):
    held = hold(doctor.reason, on_monday(9), holder="anne")
    before = OutboxMessage.objects.count()
    results = race([lambda: book(held, holder="anne", patient=owner.patient, actor=owner.user)] * 10)
    assert kinds(results) == {"Appointment": 10}
    assert {result.pk for result in results} == {held.pk}
    assert AuditEvent.objects.filter(action="appointment.booked").count() == 1
    once = OutboxMessage.objects.count() - before
    assert once == OutboxMessage.objects.values("dedupe_key").distinct().count() - before > 0


def test_one_patient_two_practitioners_same_hour(owner, doctor, teammate):
    holds = [hold(one.reason, on_monday(9), holder=f"onglet {n}") for n, one in enumerate((doctor, teammate))]
    results = race(
        [
            lambda n=n: book(holds[n], holder=f"onglet {n}", patient=owner.patient, actor=owner.user)
            for n in range(2)
        ]
    )
    assert kinds(results) == {"Appointment": 1, PatientBusy.__name__: 1}
    assert Appointment.objects.filter(patient=owner.patient, status=Status.BOOKED).count() == 1
    assert deadlocks() == 0


def test_two_patients_want_each_others_time(owner, outsider, doctor):
    times = {owner: on_monday(8), outsider: on_monday(9)}
    mine = {
        person: AppointmentFactory(reason=doctor.reason, patient=person.patient, start_at=at)
        for person, at in [(owner, times[owner]), (outsider, times[outsider])]
    }

    def swap(person, wanted):
        held = hold(doctor.reason, wanted, holder=person.user.email, moving=mine[person])
        return move(mine[person], held, holder=person.user.email, actor=person.user)

    results = race([lambda: swap(owner, on_monday(9)), lambda: swap(outsider, on_monday(8))])
    assert kinds(results) == {SlotTaken.__name__: 2}
    assert {a.patient: a.start_at for a in Appointment.objects.filter(status=Status.BOOKED)} == {
        owner.patient: on_monday(8),
        outsider.patient: on_monday(9),
    }


def test_four_people_move_to_the_same_free_time(doctor):
    people = []
    for n in range(4):
        patient = PatientFactory()
        account = ProxyFactory(patient=patient).user
        people.append(
            (
                account,
                AppointmentFactory(
                    reason=doctor.reason, patient=patient, start_at=on_monday(8) + timedelta(minutes=20 * n)
                ),
            )
        )
    free = on_monday(9, 40)

    def shift(account, appointment):
        held = hold(doctor.reason, free, holder=account.email, moving=appointment)
        return move(appointment, held, holder=account.email, actor=account)

    results = race([lambda pair=pair: shift(*pair) for pair in people])
    assert kinds(results) == {"Appointment": 1, "SlotTaken": 3}
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 4
    assert Appointment.objects.filter(status=Status.BOOKED, start_at=free).count() == 1


def test_confirming_against_expiring(owner, doctor):
    """Either it is booked, or it is free again and the person reads why; never both, never neither."""
    for minute in (0, 20, 40):
        held = hold(doctor.reason, on_monday(8, minute), holder="anne")
        Appointment.objects.filter(pk=held.pk).update(held_until=held.held_at)
        results = race(
            [
                lambda held=held: book(held, holder="anne", patient=owner.patient, actor=owner.user),
                expire_holds,
                lambda held=held: hold(doctor.reason, held.start_at, holder="paul"),
            ]
        )
        assert isinstance(results[0], Refusal)
        held.refresh_from_db()
        assert (held.status, held.patient) == (Status.LAPSED, None)
        assert not isinstance(results[2], SlotTaken)


def test_booking_against_an_absence(owner, doctor):
    """Whoever comes second knows of the first: the booking is refused, or the absence finds it for the worklist."""
    for minute in (0, 20, 40):
        start = on_monday(8, minute)
        end = start + timedelta(minutes=20)
        held = hold(doctor.reason, start, holder="anne")
        results = race(
            [
                lambda held=held: book(held, holder="anne", patient=owner.patient, actor=owner.user),
                lambda start=start, end=end: declare_absence(
                    Absence(practitioner=doctor.practitioner, start_at=start, end_at=end),
                    actor=doctor.user,
                ),
            ]
        )
        booked = Appointment.objects.filter(pk=held.pk, status=Status.BOOKED).exists()
        listed = Disruption.objects.filter(appointment=held.pk, settled_at=None).exists()
        assert booked == listed, results
        assert booked or isinstance(results[0], SlotClosed), results


def test_the_summary_of_free_days_is_counted_while_everybody_books_and_cancels(doctor):
    count_free_days()
    visits = [
        AppointmentFactory(reason=doctor.reason, start_at=on_monday(8, 20 * number)) for number in range(3)
    ]

    def give_up(number: int) -> None:
        Appointment.objects.filter(pk=visits[number].pk).update(
            status=Status.CANCELLED, cancelled_at=on_monday(0)
        )

    results = race(
        [
            *[lambda n=n: give_up(n) for n in range(3)],
            *[
                lambda n=n: hold(doctor.reason, on_monday(9, 20 * n), holder=f"visiteur {n}")
                for n in range(3)
            ],
            *[count_free_days for _ in range(6)],
        ]
    )
    assert not [result for result in results if isinstance(result, Exception)]
    assert (deadlocks(), soonest([doctor.reason], on_monday(0), now=on_monday(0))[0].start_at) == (
        0,
        on_monday(8),
    )
    count_free_days()
    assert not FreeDayMark.objects.exists()
    day = FreeDay.objects.get()
    assert (day.first_start, day.last_start) == (on_monday(8), on_monday(9, 40))
