"""« 10 séances, lundi et jeudi matin »: proposed whole, booked at once, counted against the prescription."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection

from appointments.actions.book_series import (
    NothingChosen,
    Prescription,
    SeriesEnded,
    SeriesFull,
    SessionsLost,
    add_sessions,
    start_series,
)
from appointments.actions.cancel_series import cancel_series
from appointments.actions.change_state import PrescriptionUsed, Step, change_state
from appointments.actions.move_following import move_following
from appointments.models import Appointment, AppointmentSeries, Audience, Status, VisitReason
from appointments.patient_times import PatientTimes
from appointments.series import Pattern, Proposal, Target, Wanted, propose, window
from appointments.series_causes import Causes
from appointments.series_progress import Progress, progress_of
from core import clock
from core.audit.models import AuditEvent
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage, State
from tests.appointments.test_races import deadlocks, kinds, race
from tests.cast import MONDAY
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
    ClosureFactory,
    OpeningFactory,
    VisitReasonFactory,
)
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory

WEEKS = 8


def at(week: int, weekday: int, hour: int, minute: int = 0) -> datetime:
    return clock.at(MONDAY + timedelta(days=7 * week + weekday), time(hour, minute))


def open_weeks(reason: VisitReason, weekdays=(0, 3), hours=(8, 10)) -> None:
    for week in range(WEEKS):
        for weekday in weekdays:
            OpeningFactory(
                practitioner=reason.practitioner,
                start_at=at(week, weekday, hours[0]),
                end_at=at(week, weekday, hours[1]),
            )


@pytest.fixture
def physio(db, sunday) -> VisitReason:
    """Receives on Mondays and Thursdays from 8 to 10, sessions of half an hour."""
    practitioner = PractitionerFactory(title="Mme", first_name="Inès", last_name="Caron", slug="ines-caron")
    reason = VisitReasonFactory(
        practitioner=practitioner, name="Séance", duration_minutes=30, grid_minutes=30, cancel_limit_hours=24
    )
    open_weeks(reason)
    return reason


TWICE = Pattern(MONDAY, (0, 3), "matin")


def proposal(reasons, patient, pattern=TWICE, number=4, chosen=None, giving_up=()) -> Proposal:
    reasons = reasons if isinstance(reasons, list) else [reasons]
    targets = pattern if isinstance(pattern, list) else pattern.targets(number)
    days = window(targets)
    times = PatientTimes(reasons, patient, days, clock.now(), giving_up)
    wanted = Wanted(reasons, targets, 1, chosen or {}, pattern=None if isinstance(pattern, list) else pattern)
    return propose(wanted, times, Causes(reasons, patient, times, days))


def shown(found: Proposal) -> list[str]:
    return [
        f"{clock.local(one.slot.start_at):%a %d %H:%M}" if one.slot else one.sentence.replace("\xa0", " ")
        for one in found.sessions
    ]


class TestPattern:
    def test_days_of_the_pattern(self):
        assert [t.day for t in Pattern(date(2026, 11, 24), (0, 3)).targets(3)] == [
            date(2026, 11, 26),
            date(2026, 11, 30),
            date(2026, 12, 3),
        ]
        fortnight = Pattern(MONDAY, (0,), every_n_weeks=2).targets(3)
        assert [t.day for t in fortnight] == [MONDAY + timedelta(days=14 * n) for n in range(3)]

    def test_a_gap_skips_days(self):
        found = [t.day.weekday() for t in Pattern(MONDAY, (0, 1, 2, 3, 4), gap_days=2).targets(5)]
        assert found == [0, 2, 4, 0, 2]

    def test_new_year_in_one_week_in_two(self):
        found = Pattern(date(2026, 12, 28), (3,), every_n_weeks=2).targets(3)
        assert [t.day for t in found] == [date(2026, 12, 31), date(2027, 1, 14), date(2027, 1, 28)]


class TestProposal:
    def test_the_same_time_as_far_as_possible(self, physio):
        """8 h is taken once, 8 h 30 never: everybody comes at half past eight."""
        AppointmentFactory(reason=physio, start_at=at(1, 0, 8))
        assert shown(proposal(physio, PatientFactory())) == [
            "Mon 23 08:30",
            "Thu 26 08:30",
            "Mon 30 08:30",
            "Thu 03 08:30",
        ]

    def test_the_nearest_time_where_the_usual_one_is_taken(self, physio):
        for start in (at(0, 3, 8), at(1, 0, 8, 30), at(1, 0, 8), at(1, 3, 8, 30)):
            AppointmentFactory(reason=physio, start_at=start)
        assert shown(proposal(physio, PatientFactory())) == [
            "Mon 23 09:00",
            "Thu 26 09:00",
            "Mon 30 09:00",
            "Thu 03 09:00",
        ]
        AppointmentFactory(reason=physio, start_at=at(1, 0, 9))
        assert shown(proposal(physio, PatientFactory()))[2] == "Mon 30 09:30"

    def test_an_hour_is_kept_to_one_hour_near(self, physio):
        at_nine = Pattern(MONDAY, (0, 3), hour=time(9))
        AppointmentFactory(reason=physio, start_at=at(0, 3, 9))
        assert shown(proposal(physio, PatientFactory(), at_nine, 2)) == ["Mon 23 09:00", "Thu 26 08:30"]
        far = Pattern(MONDAY, (0,), hour=time(14))
        assert shown(proposal(physio, PatientFactory(), far, 1)) == [
            "Mme Inès Caron ne reçoit pas à ce moment de la journée."
        ]

    def test_every_cause_has_its_words(self, physio):
        patient = PatientFactory(birth_name="Deroo", birth_first_names="Anne")
        practitioner = physio.practitioner
        AbsenceFactory(practitioner=practitioner, start_at=at(0, 3, 0), end_at=at(0, 4, 0))
        ClosureFactory(centre=practitioner.centre, start_at=at(1, 0, 7), end_at=at(1, 0, 20))
        for step in range(4):
            AppointmentFactory(reason=physio, start_at=at(1, 3, 8) + timedelta(minutes=30 * step))
        AppointmentFactory(
            reason=VisitReasonFactory(duration_minutes=120), patient=patient, start_at=at(2, 0, 8)
        )
        assert shown(proposal(physio, patient, TWICE, 5)) == [
            "Mon 23 08:00",
            "Absence de Mme Inès Caron.",
            "La maison de santé est fermée.",
            "Plus rien de libre chez Mme Inès Caron à ce moment.",
            "Anne Deroo a déjà un rendez-vous à 8 h.",
        ]
        friday = Pattern(date(2026, 12, 25), (4,))
        assert shown(proposal(physio, patient, friday, 2)) == [
            "Jour férié : Noël.",
            "Jour férié : Jour de l’an.",
        ]
        far = Pattern(MONDAY + timedelta(days=370), (0,))
        assert shown(proposal(physio, patient, far, 1))[0].startswith("L’agenda n’est ouvert que jusqu’au")

    def test_an_absence_of_an_hour_leaves_the_rest(self, physio):
        AbsenceFactory(practitioner=physio.practitioner, start_at=at(0, 0, 7), end_at=at(0, 0, 9))
        assert shown(proposal(physio, PatientFactory(), TWICE, 1)) == ["Mon 23 09:00"]

    def test_a_colleague_takes_over_only_where_the_first_is_not_free(self, physio):
        relay = VisitReasonFactory(duration_minutes=30, grid_minutes=30)
        open_weeks(relay)
        AbsenceFactory(practitioner=physio.practitioner, start_at=at(0, 3, 0), end_at=at(0, 4, 0))
        found = proposal([physio, relay], PatientFactory())
        assert [one.slot.reason for one in found.sessions] == [physio, relay, physio, physio]
        assert len({clock.local(one.slot.start_at).time() for one in found.sessions}) == 1

    def test_same_day_care_is_not_given_weeks_ahead(self, physio):
        physio.practitioner.openings.update(audience=Audience.UNSCHEDULED)
        assert proposal(physio, PatientFactory()).slots == []

    def test_the_nearest_others_leave_the_days_between(self, physio):
        open_weeks(physio, weekdays=(1, 4))
        AbsenceFactory(practitioner=physio.practitioner, start_at=at(0, 3, 0), end_at=at(0, 4, 0))
        conflict = proposal(physio, PatientFactory(), TWICE, 3).sessions[1]
        assert [f"{clock.local(slot.start_at):%a %d %H:%M}" for slot in conflict.others] == [
            "Tue 24 08:00",
            "Tue 24 08:30",
            "Fri 27 08:00",
            "Fri 27 08:30",
            "Tue 01 08:00",
            "Tue 01 08:30",
        ]
        assert conflict.at_the_end.start_at == at(1, 3, 8)

    def test_what_was_chosen_stays_and_what_is_gone_says_so(self, physio):
        patient = PatientFactory()
        chosen = {
            0: (physio.pk, int(at(0, 0, 9).timestamp())),
            1: None,
            2: (physio.pk, int(at(1, 0, 8).timestamp())),
        }
        AppointmentFactory(reason=physio, start_at=at(1, 0, 8))
        found = proposal(physio, patient, TWICE, 4, chosen)
        assert shown(found) == [
            "Mon 23 09:00",
            "",
            "Lundi 30 novembre à 8 h : cette heure vient d’être prise.",
            "Thu 03 08:30",
        ]
        assert (found.sessions[1].is_left_out, found.conflicts) == (True, 1)

    def test_summer_time_keeps_the_hour_on_the_wall(self, physio):
        for week in range(17, 20):
            OpeningFactory(practitioner=physio.practitioner, start_at=at(week, 0, 8), end_at=at(week, 0, 10))
        march = Pattern(date(2027, 3, 22), (0,), hour=time(9))
        found = proposal(physio, PatientFactory(), march, 2)
        assert [one.slot.start_at.hour for one in found.sessions] == [8, 7]
        assert [clock.local(one.slot.start_at).hour for one in found.sessions] == [9, 9]

    def test_six_queries_for_any_number(self, physio, django_assert_num_queries):
        relays = [VisitReasonFactory(duration_minutes=30, grid_minutes=30) for _ in range(3)]
        for relay in relays:
            open_weeks(relay)
        patient = PatientFactory()
        reasons = list(VisitReason.objects.select_related("practitioner__centre").order_by("pk"))
        for some, number in ((reasons[:1], 1), (reasons, 16)):
            with django_assert_num_queries(6):
                assert len(proposal(some, patient, TWICE, number).slots) == number


def begin(reason, patient, actor, number=4, prescribed=10, key=None) -> AppointmentSeries:
    found = proposal(reason, patient, TWICE, number)
    return start_series(
        patient,
        [reason],
        TWICE,
        Prescription(prescribed, date(2026, 11, 20), "Dr Martin"),
        found.slots,
        actor=actor,
        key=key or uuid.uuid4(),
    )


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


class TestAfterwards:
    @pytest.fixture
    def series(self, physio, owner) -> AppointmentSeries:
        made = begin(physio, owner.patient, owner.user)
        OutboxMessage.objects.filter(kind="appointments.several_booked").delete()
        return made

    def starts(self, series) -> list[datetime]:
        return list(series.sessions.coming().order_by("start_at").values_list("start_at", flat=True))

    def test_all_move_where_the_next_one_was(self, series, physio, owner):
        """By one session each: every new time but the last is the old time of another."""
        rows = list(series.sessions.order_by("start_at"))
        targets = [Target(clock.local(row.start_at).date() + timedelta(days=7), "", time(8)) for row in rows]
        found = proposal(physio, owner.patient, targets, giving_up=rows)
        moves = dict(zip([row.pk for row in rows], [one.slot for one in found.sessions], strict=True))
        for _twice in range(2):
            assert len(move_following(series, moves, actor=owner.user)) == 4
        assert self.starts(series) == [at(1, 0, 8), at(1, 3, 8), at(2, 0, 8), at(2, 3, 8)]
        assert set(series.sessions.values_list("sequence", flat=True)) == {1}
        assert AuditEvent.objects.filter(action="appointment.moved").count() == 4
        assert OutboxMessage.objects.filter(kind="appointments.several_moved").count() == 1
        waiting = OutboxMessage.objects.filter(kind="appointments.reminder.days", state=State.DUE)
        assert sorted(waiting.values_list("payload__sequence", flat=True)) == [1, 1, 1, 1]

    def test_one_lost_and_nobody_moves(self, series, physio, owner):
        rows = list(series.sessions.order_by("start_at"))
        targets = [Target(clock.local(row.start_at).date() + timedelta(days=7), "", time(8)) for row in rows]
        found = proposal(physio, owner.patient, targets, giving_up=rows)
        before = self.starts(series)
        AppointmentFactory(reason=physio, start_at=at(2, 3, 8))
        with pytest.raises(SessionsLost):
            move_following(
                series,
                dict(zip([row.pk for row in rows], [one.slot for one in found.sessions], strict=True)),
                actor=owner.user,
            )
        assert self.starts(series) == before
        assert AuditEvent.objects.filter(action="appointment.moved").count() == 0

    def test_half_an_hour_later_overlaps_nobody_but_itself(self, series, physio, owner):
        physio.grid_minutes = 15
        physio.save()
        rows = list(series.sessions.order_by("start_at"))
        targets = [Target(clock.local(row.start_at).date(), "", time(8, 15)) for row in rows]
        found = proposal(physio, owner.patient, targets, giving_up=rows)
        assert [clock.local(one.slot.start_at).time() for one in found.sessions] == [time(8, 15)] * 4

    def test_all_coming_ones_are_given_back(self, series, owner):
        done = series.sessions.order_by("start_at").first()
        Appointment.objects.filter(pk=done.pk).update(status=Status.FULFILLED)
        for _twice in range(2):
            cancel_series(series, actor=owner.user, note="Guérie")
        series.refresh_from_db()
        assert (series.is_running, series.ended_by) == (False, owner.user)
        assert sorted(series.sessions.values_list("status", flat=True)) == ["cancelled"] * 3 + ["fulfilled"]
        assert AuditEvent.objects.filter(action="series.ended").count() == 1
        assert OutboxMessage.objects.filter(kind="appointments.several_cancelled").count() == 1
        assert not OutboxMessage.objects.filter(
            kind__startswith="appointments.reminder", state=State.DUE
        ).exclude(subject_id=done.pk)
        with pytest.raises(SeriesEnded):
            add_sessions(series, self.slot(series), actor=owner.user, key=uuid.uuid4())

    def slot(self, series):
        later = Pattern(MONDAY + timedelta(days=28), (0,))
        reason = VisitReason.objects.select_related("practitioner__centre").get(pk=series.reason_id)
        return proposal(reason, series.patient, later, 1).slots


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
