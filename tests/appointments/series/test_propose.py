"""« 10 séances, lundi et jeudi matin »: which dates are proposed, and what is said of those that cannot be."""

from __future__ import annotations

from datetime import date, time, timedelta

from appointments.models import Audience, VisitReason
from appointments.series import Pattern, Proposal
from core import clock
from tests.appointments.series.cast import TWICE, at, open_weeks, proposal
from tests.cast import MONDAY
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
    ClosureFactory,
    OpeningFactory,
    VisitReasonFactory,
)
from tests.factories.patients import PatientFactory


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
