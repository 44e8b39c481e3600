"""A trainee receives only while somebody answers for him; what a supervisor's absence does to his patients."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.urls import reverse
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from appointments import notifications
from appointments.actions.add_opening import add_opening
from appointments.actions.change_absence import change_absence
from appointments.actions.declare_absence import declare_absence
from appointments.actions.supervise import NobodyAnswers
from appointments.actions.watch import watch
from appointments.actions.withdraw_absence import withdraw_absence
from appointments.availability import free_slots
from appointments.cascade import propose
from appointments.models import Absence, Disruption, Opening, StayHalfDay, SupervisionRule, Takeover
from appointments.models.absence import AbsenceKind
from appointments.models.cascade import Step
from appointments.models.disruption import Cause
from appointments.supervision import answering_for
from core import clock
from core.outbox.delivery import deliver
from core.outbox.models import Channel, OutboxMessage
from patients.models import NoticePreference
from practitioners.house import the_house
from practitioners.models import Practitioner
from tests.cast import MONDAY, SUNDAY_NOON, make_doctor, on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.factories.practitioners import InternshipFactory, PlaceFactory, PractitionerFactory

pytestmark = pytest.mark.django_db


def away(practitioner: Practitioner, start: datetime, end: datetime, kind: str = "leave") -> Absence:
    absence = Absence(practitioner=practitioner, start_at=start, end_at=end, kind=kind)
    declare_absence(absence, actor=None)
    return absence


def closed(trainee: Practitioner) -> list[tuple[datetime, datetime]]:
    rows = Absence.objects.filter(practitioner=trainee, kind=AbsenceKind.UNSUPERVISED).order_by("start_at")
    return list(rows.values_list("start_at", "end_at"))


def free(reason) -> list[datetime]:
    end = on_monday(23)
    return [slot.start_at for slot in free_slots([reason], on_monday(0), end, now=SUNDAY_NOON)]


@pytest.fixture
def supervisor(doctor):
    return doctor.practitioner


@pytest.fixture
def second(teammate):
    return teammate.practitioner


@pytest.fixture
def trainee(sunday):
    """Receives on Monday from 8 to 10, like everybody here."""
    return make_doctor("Behague")


@pytest.fixture
def stay(trainee, supervisor):
    return InternshipFactory(intern=trainee.practitioner, supervisors=[supervisor])


def test_the_only_supervisors_leave_closes_the_hours_and_the_patient_is_on_the_worklist(
    stay, trainee, supervisor
):
    visit = AppointmentFactory(reason=trainee.reason, start_at=on_monday(9))
    leave = away(supervisor, on_monday(8, 40), on_monday(23))
    assert closed(trainee.practitioner) == [(on_monday(8, 40), on_monday(10))]
    assert free(trainee.reason) == [on_monday(8), on_monday(8, 20)]
    assert list(Disruption.objects.values_list("appointment", "cause", "settled_at")) == [
        (visit.pk, Cause.ABSENCE, None)
    ]
    assert list(OutboxMessage.objects.values_list("kind", "recipient")) == [
        ("supervision.closed", trainee.user.pk)
    ]
    leave.start_at = on_monday(9, 40)
    change_absence(leave, actor=None)
    assert closed(trainee.practitioner) == [(on_monday(9, 40), on_monday(10))]
    withdraw_absence(leave, actor=None)
    assert closed(trainee.practitioner) == []
    assert Disruption.objects.get().outcome == "kept"


def test_another_supervisor_takes_over_and_is_told(stay, trainee, supervisor, second, teammate):
    stay.supervisors.add(second)
    StayHalfDay.objects.create(stay=stay, weekday=0, half="am", supervisor=supervisor)
    visit = AppointmentFactory(reason=trainee.reason, start_at=on_monday(9))
    assert answering_for([visit]) == {visit.pk: supervisor}
    leave = away(supervisor, on_monday(0), on_monday(23))
    assert closed(trainee.practitioner) == []
    assert list(Takeover.objects.values_list("named", "supervisor", "start_at", "end_at")) == [
        (supervisor.pk, second.pk, on_monday(8), on_monday(10))
    ]
    assert answering_for([visit]) == {visit.pk: second}
    assert list(OutboxMessage.objects.values_list("kind", "recipient")) == [
        ("supervision.taken_over", teammate.user.pk)
    ]
    with watch([supervisor.pk], Cause.ABSENCE):
        pass
    assert (Takeover.objects.count(), OutboxMessage.objects.count()) == (1, 1)
    away(second, on_monday(9), on_monday(23))
    assert closed(trainee.practitioner) == [(on_monday(9), on_monday(10))]
    withdraw_absence(leave, actor=None)
    assert (closed(trainee.practitioner), Takeover.objects.count()) == ([], 0)


@pytest.mark.parametrize(("kind", "is_closed"), [("training", False), ("leave", True), ("sick", True)])
def test_a_saspas_intern_needs_somebody_reachable(stay, trainee, supervisor, kind, is_closed):
    away(supervisor, on_monday(0), on_monday(23), kind)
    assert bool(closed(trainee.practitioner)) is is_closed


def test_level_one_needs_somebody_in_the_house(stay, trainee, supervisor):
    stay.level = "n1"
    stay.save()
    Opening.objects.filter(practitioner=supervisor).update(start_at=on_monday(9))
    with watch([supervisor.pk], Cause.RULE_CHANGED):
        pass
    # He is there half an hour before he receives.
    assert closed(trainee.practitioner) == [(on_monday(8), on_monday(8, 30))]


def test_an_intern_never_replaces_an_absent_supervisor(stay, trainee, supervisor):
    stay.level = "n1"
    stay.save()
    away(supervisor, on_monday(0), on_monday(23))
    opening = Opening(
        practitioner=trainee.practitioner, place=PlaceFactory(), start_at=on_monday(14), end_at=on_monday(18)
    )
    with pytest.raises(NobodyAnswers):
        add_opening(opening, [], actor=None)
    assert Opening.objects.filter(start_at=on_monday(14)).count() == 0


def test_an_extern_never_receives_alone(stay, trainee):
    stay.level = "extern"
    stay.save()
    with watch([trainee.practitioner.pk], Cause.RULE_CHANGED):
        pass
    assert free(trainee.reason) == []


def test_the_rule_of_the_day_holds(stay, trainee, supervisor):
    away(supervisor, on_monday(0), on_monday(23), "training")
    assert closed(trainee.practitioner) == []
    SupervisionRule.objects.create(
        level="saspas", valid_from=MONDAY, presence="reachable", away_kinds=["training"]
    )
    with watch([supervisor.pk], Cause.RULE_CHANGED):
        pass
    assert closed(trainee.practitioner) == [(on_monday(8), on_monday(10))]


def test_after_the_stay_nobody_is_received_and_nobody_gets_a_letter(stay, trainee):
    OpeningFactory(practitioner=trainee.practitioner, start_at=on_monday(14))
    stay.until = SUNDAY_NOON.date()
    stay.save()
    with watch([trainee.practitioner.pk], Cause.RULE_CHANGED):
        pass
    assert closed(trainee.practitioner) == [(on_monday(8), on_monday(18))]
    assert OutboxMessage.objects.count() == 0


def test_one_more_query_for_each_trainee_which_is_his_lock(supervisor, sunday, django_assert_num_queries):
    def join() -> None:
        trainee = PractitionerFactory()
        OpeningFactory(practitioner=trainee, start_at=on_monday(8))
        InternshipFactory(intern=trainee, supervisors=[supervisor])
        VisitReasonFactory(practitioner=trainee)

    join()
    with django_assert_num_queries(40, exact=False) as one, watch([supervisor.pk], Cause.ABSENCE):
        pass
    for _ in range(9):
        join()
    with django_assert_num_queries(len(one) + 9), watch([supervisor.pk], Cause.ABSENCE):
        pass


STEP = timedelta(minutes=15)
QUARTERS = 4 * 14  # from 7 to 21


def quarter(number: int) -> datetime:
    return clock.at(MONDAY, time(7)) + number * STEP


spans = st.tuples(st.integers(0, QUARTERS - 1), st.integers(1, 24)).map(
    lambda pair: (pair[0], min(QUARTERS, pair[0] + pair[1]))
)
absences = st.lists(st.tuples(spans, st.sampled_from(["leave", "sick", "training", "meeting"])), max_size=3)


class TestAgainstTheOracle(TestCase):
    """Quarter of an hour by quarter of an hour, as one would do it by hand."""

    @settings(max_examples=20, deadline=None)
    @given(
        level=st.sampled_from(["n1", "saspas", "extern"]),
        own=st.lists(spans, min_size=1, max_size=3),
        people=st.lists(st.tuples(st.lists(spans, max_size=2), absences), min_size=1, max_size=3),
        named=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    )
    @example("n1", [(0, 1), (0, 2)], [([], []), ([(0, 1)], [])], (0, 0))  # openings that overlap
    def test_every_quarter_of_an_hour(self, level, own, people, named):
        with time_machine.travel(SUNDAY_NOON, tick=False):
            self._check(level, own, people, named)

    def _check(self, level, own, people, named):
        trainee = PractitionerFactory()
        team = [PractitionerFactory(last_name=f"M{number}") for number in range(len(people))]
        for first, last in own:
            OpeningFactory(practitioner=trainee, start_at=quarter(first), end_at=quarter(last))
        for one, (hours, _gone) in zip(team, people, strict=True):
            for first, last in hours:
                OpeningFactory(practitioner=one, start_at=quarter(first), end_at=quarter(last))
        stay = InternshipFactory(intern=trainee, level=level, supervisors=team)
        names = {"am": team[named[0] % len(team)], "pm": team[named[1] % len(team)]}
        for half, one in names.items():
            StayHalfDay.objects.create(stay=stay, weekday=0, half=half, supervisor=one)
        for one, (_hours, gone) in zip(team, people, strict=True):
            for (first, last), kind in gone:
                away(one, quarter(first), quarter(last), kind)
        with watch([trainee.pk], Cause.RULE_CHANGED):
            pass
        shut = closed(trainee)
        taken = list(Takeover.objects.values_list("supervisor", "start_at", "end_at"))
        for number in range(QUARTERS):
            if not any(first <= number < last for first, last in own):
                continue
            half = "am" if clock.local(quarter(number)).time() < time(13) else "pm"
            there = [
                one for one, says in zip(team, people, strict=True) if self._is_there(level, number, says)
            ]
            here = quarter(number)
            assert any(start <= here < end for start, end in shut) is (not there)
            stands_in = {pk for pk, start, end in taken if start <= here < end}
            if there and names[half] not in there:
                assert stands_in == {there[0].pk}
            else:
                assert stands_in == set()

    def _is_there(self, level, number, says) -> bool:
        hours, gone = says
        kinds = {"n1": {"leave", "sick", "training"}, "saspas": {"leave", "sick"}}.get(level, set())
        if level == "extern" or any(first <= number < last and kind in kinds for (first, last), kind in gone):
            return False
        # Half an hour around what he opens: two quarters.
        return level == "saspas" or any(first - 2 <= number < last + 2 for first, last in hours)


def test_the_day_of_the_stay_counts_in_paris(stay, trainee):
    assert date(2026, 11, 23) == MONDAY
    visit = AppointmentFactory(reason=trainee.reason, start_at=on_monday(8))
    assert answering_for([visit]) == {visit.pk: stay.supervisors.get()}


def test_the_patients_of_an_absent_supervisor_are_not_sent_to_his_trainee(
    stay, trainee, supervisor, doctor, owner
):
    tomorrow = on_monday(8) + timedelta(days=1)
    OpeningFactory(practitioner=trainee.practitioner, start_at=tomorrow)
    visit = AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=tomorrow)
    given = propose([visit], [Step.OTHER], within_days=7, now=SUNDAY_NOON)
    assert [(one.step, one.slot) for one in given] == [(Step.CALL, None)]
    stay.supervisors.clear()
    (given,) = propose([visit], [Step.OTHER], within_days=7, now=SUNDAY_NOON)
    assert (given.step, given.slot.reason) == (Step.OTHER, trainee.reason)


class TestThePatientIsTold:
    SENTENCE = "Vous serez reçu par Dr Claire Behague, interne, sous la responsabilité de Dr Claire Vandamme."

    def test_before_he_confirms_and_may_prefer_the_supervisor(self, stay, trainee, supervisor, owner):
        slot = f"{trainee.reason.pk}.{int(on_monday(9).timestamp())}"
        page = owner.client.post(reverse("hold_slot"), {"slot": slot}, follow=True).content.decode()
        assert self.SENTENCE in page
        held = trainee.practitioner.appointments.get()
        back = f"{reverse('find')}?motif={trainee.reason.category.slug}&praticien={supervisor.slug}"
        assert back.replace("&", "&amp;") in page
        answer = owner.client.post(reverse("release_hold", args=[held.reference]), {"retour": back})
        assert (answer["Location"], owner.client.get(back).status_code) == (back, 200)
        held.refresh_from_db()
        assert held.status == "lapsed"

    def test_in_the_message_and_on_the_page(self, stay, trainee, owner):
        visit = AppointmentFactory(
            reason=trainee.reason, patient=owner.patient, start_at=on_monday(9), booked_by=owner.user
        )
        with transaction.atomic():
            notifications.booked(visit)
        assert deliver(Channel.EMAIL)
        letter = mail.outbox[0].body
        assert "avec Dr Claire Behague\n(interne, sous la responsabilité de Dr Claire Vandamme)" in letter
        assert (
            self.SENTENCE in owner.client.get(reverse("appointment", args=[visit.reference])).content.decode()
        )

    def test_in_the_sms(self, stay, trainee, owner):
        NoticePreference.objects.create(user=owner.user, by_sms=True, by_email=False)
        owner.user.phone = "+33612345678"
        owner.user.save()
        visit = AppointmentFactory(
            reason=trainee.reason, patient=owner.patient, start_at=on_monday(9), booked_by=owner.user
        )
        with transaction.atomic():
            notifications.booked(visit)
        deliver(Channel.SMS)
        said = OutboxMessage.objects.get(kind=notifications.BOOKED).sent_body
        assert "avec Dr Claire Behague (interne, avec Dr Claire Vandamme)." in said

    def test_at_the_desk(self, stay, trainee, owner):
        visit = AppointmentFactory(reason=trainee.reason, patient=owner.patient, start_at=on_monday(9))
        secretary = sign_in(RoleAssignmentFactory().user)
        page = reverse("booked_for_patient", args=[owner.patient.pk, visit.reference])
        assert self.SENTENCE in secretary.get(page).content.decode()

    def test_of_everybody_else_nothing_is_said(self, doctor, owner, booked, django_assert_num_queries):
        the_house()  # who is in training here is read once a minute
        with django_assert_num_queries(0):
            assert answering_for([booked]) == {}
        page = owner.client.get(reverse("appointment", args=[booked.reference])).content.decode()
        assert "responsabilité" not in page
