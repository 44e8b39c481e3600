"""A series is booked at once and counted against the prescription."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection

from appointments.actions.book_series import (
    NothingChosen,
    Prescription,
    SeriesFull,
    SessionsLost,
    add_sessions,
    start_series,
)
from appointments.actions.change_state import PrescriptionUsed, Step, change_state
from appointments.models import Appointment, AppointmentSeries, Status, VisitReason
from appointments.series import Pattern
from appointments.series_progress import Progress, progress_of
from core import clock
from core.audit.models import AuditEvent
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage, State
from tests.appointments.series.cast import TWICE, at, begin, proposal
from tests.appointments.test_races import deadlocks, kinds, race
from tests.cast import MONDAY
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
)
from tests.factories.patients import PatientFactory


class TestBooking:
    def test_all_in_one_go(self, physio, owner):
        series = begin(physio, owner.patient, owner.user)
        rows = list(series.sessions.order_by("start_at"))
        assert [(row.start_at, row.status, row.patient, row.practitioner) for row in rows] == [
            (start, Status.BOOKED, owner.patient, physio.practitioner)
            for start in (at(0, 0, 8), at(0, 3, 8), at(1, 0, 8), at(1, 3, 8))
        ]
        assert progress_of([series])[series.pk] == Progress(10, 0, 4, 0)
        trail = AuditEvent.objects.filter(patient_id=owner.patient.pk)
        assert sorted(trail.values_list("action", flat=True)) == [
            *["appointment.booked"] * 4,
            "series.started",
        ]
        told = OutboxMessage.objects.filter(kind="appointments.several_booked")
        assert [row.payload["visits"] for row in told] == [[row.pk for row in rows]]
        assert OutboxMessage.objects.filter(kind="appointments.booked").count() == 0
        reminders = OutboxMessage.objects.filter(kind="appointments.reminder.days")
        assert sorted(reminders.values_list("subject_id", flat=True)) == [row.pk for row in rows[1:]]

    def test_one_message_with_all_dates_and_one_file(self, physio, owner, mailoutbox):
        begin(physio, owner.patient, owner.user)
        deliver()
        (sent,) = mailoutbox
        assert sent.subject.replace("\xa0", " ") == "4 rendez-vous confirmés, à partir du lundi 23 novembre"
        body = sent.body.replace("\xa0", " ")
        for words in ("lundi 23 novembre 2026 à 8 h", "jeudi 3 décembre 2026 à 8 h", "avec Mme Inès Caron"):
            assert words in body
        (part,) = [one for one in sent.message().walk() if one.get_content_type() == "text/calendar"]
        assert part.get_content().count("BEGIN:VEVENT") == 4

    def test_what_was_cancelled_meanwhile_is_not_confirmed(self, physio, owner, mailoutbox):
        series = begin(physio, owner.patient, owner.user)
        series.sessions.filter(start_at=at(0, 0, 8)).update(status=Status.CANCELLED, cancelled_at=clock.now())
        deliver()
        (sent,) = mailoutbox
        assert sent.subject.startswith("3")
        series.sessions.update(status=Status.CANCELLED, cancelled_at=clock.now())
        OutboxMessage.objects.filter(kind="appointments.several_booked").update(state=State.DUE)
        deliver()
        assert len(mailoutbox) == 1

    def test_the_same_form_twice_books_once(self, physio, owner):
        key = uuid.uuid4()
        found = proposal(physio, owner.patient)
        both = [
            start_series(
                owner.patient, [physio], TWICE, Prescription(10), found.slots, actor=owner.user, key=key
            )
            for _ in range(2)
        ]
        assert both[0] == both[1]
        assert Appointment.objects.count() == 4

    def test_one_lost_and_nothing_is_booked(self, physio, owner):
        found = proposal(physio, owner.patient)
        AppointmentFactory(reason=physio, start_at=at(0, 3, 8))
        with pytest.raises(SessionsLost) as refused:
            start_series(
                owner.patient,
                [physio],
                TWICE,
                Prescription(10),
                found.slots,
                actor=owner.user,
                key=uuid.uuid4(),
            )
        assert [slot.start_at for slot in refused.value.slots] == [at(0, 3, 8)]
        assert (Appointment.objects.count(), AppointmentSeries.objects.count()) == (1, 0)
        assert OutboxMessage.objects.count() == 0
        assert not AuditEvent.objects.filter(patient_id=owner.patient.pk).exists()

    def test_an_absence_declared_meanwhile_counts(self, physio, owner):
        found = proposal(physio, owner.patient)
        AbsenceFactory(practitioner=physio.practitioner, start_at=at(0, 3, 0), end_at=at(0, 4, 0))
        with pytest.raises(SessionsLost):
            start_series(
                owner.patient,
                [physio],
                TWICE,
                Prescription(10),
                found.slots,
                actor=owner.user,
                key=uuid.uuid4(),
            )

    def test_never_more_than_prescribed(self, physio, owner):
        with pytest.raises(SeriesFull):
            begin(physio, owner.patient, owner.user, number=5, prescribed=4)
        with pytest.raises(NothingChosen):
            start_series(
                owner.patient, [physio], TWICE, Prescription(4), [], actor=owner.user, key=uuid.uuid4()
            )
        assert AppointmentSeries.objects.count() == 0

    def test_more_until_the_prescription_is_used_up(self, physio, owner):
        series = begin(physio, owner.patient, owner.user, prescribed=6)
        later = Pattern(MONDAY + timedelta(days=14), (0, 3), "matin")
        key = uuid.uuid4()
        more = proposal(physio, owner.patient, later, 3).slots
        with pytest.raises(SeriesFull):
            add_sessions(series, more, actor=owner.user, key=key)
        more = proposal(physio, owner.patient, later, 2).slots
        for _twice in range(2):
            assert len(add_sessions(series, more, actor=owner.user, key=key)) == 2
        assert progress_of([series])[series.pk] == Progress(6, 0, 6, 0)

    def test_a_missed_session_stays_due(self, physio, owner):
        series = begin(physio, owner.patient, owner.user, prescribed=4)
        missed, done = series.sessions.order_by("start_at")[:2]
        for row, status in ((missed, Status.NO_SHOW), (done, Status.FULFILLED)):
            row.status = status
            row.save()
        assert progress_of([series])[series.pk] == Progress(4, 1, 2, 1)
        later = Pattern(MONDAY + timedelta(days=14), (0, 3), "matin")
        add_sessions(
            series,
            proposal(physio, owner.patient, later, 1).slots,
            actor=owner.user,
            key=uuid.uuid4(),
        )
        missed.start_at, missed.end_at = clock.now() - timedelta(hours=2), clock.now() - timedelta(hours=1)
        missed.blocked_until = missed.end_at
        missed.save()
        with pytest.raises(PrescriptionUsed):
            change_state(missed, Step.UNDO, actor=owner.user)


@pytest.mark.django_db(transaction=True)
def test_two_desks_book_overlapping_series(physio, owner):
    """Six desks, one timetable of half hours: whole series or none, no session twice, nobody waits for ever."""
    patients = PatientFactory.create_batch(6)
    reason = VisitReason.objects.select_related("practitioner__centre").get(pk=physio.pk)
    found = [proposal(reason, patient, TWICE, 6) for patient in patients]

    def run(index):
        slots = found[index].slots[index % 2 :: 1 + index % 3]
        return start_series(
            patients[index],
            [reason],
            TWICE,
            Prescription(10),
            slots,
            actor=owner.user,
            key=uuid.uuid4(),
        )

    before = deadlocks()
    results = race([lambda index=index: run(index) for index in range(6)])
    assert set(kinds(results)) <= {"AppointmentSeries", "SessionsLost"}
    won = [result for result in results if isinstance(result, AppointmentSeries)]
    assert won
    assert AppointmentSeries.objects.count() == len(won)
    starts = list(Appointment.objects.filter(occupies=True).values_list("start_at", flat=True))
    assert len(starts) == len(set(starts)) == Appointment.objects.count()
    assert deadlocks() == before
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND datname = current_database()"
        )
        assert cursor.fetchone() == (0,)
