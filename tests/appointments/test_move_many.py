"""Several visits of a day elsewhere: each keeps its hour as nearly as it can, shown whole, each moved for itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Role
from appointments.models import Appointment
from appointments.moving_many import Target, plan
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from tests.cast import MONDAY, SUNDAY_NOON, make_doctor, on_monday, sign_in
from tests.factories.accounts import with_role
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + timedelta(days=1)


def on_tuesday(hour: int, minute: int = 0):
    return on_monday(hour, minute) + timedelta(days=1)


@pytest.fixture
def morning(doctor, booked):
    """Visits at 8, 9 (the owner's) and 9.20 on Monday; Tuesday is open from 8.40 to 10, and 9 is taken."""
    OpeningFactory(practitioner=doctor.practitioner, start_at=on_tuesday(8, 40), end_at=on_tuesday(10))
    AppointmentFactory(reason=doctor.reason, start_at=on_tuesday(9))
    first = AppointmentFactory(reason=doctor.reason, start_at=on_monday(8))
    last = AppointmentFactory(reason=doctor.reason, start_at=on_monday(9, 20))
    return [first, booked, last]


@pytest.fixture
def desk(sunday):
    return sign_in(with_role(Role.SECRETARY))


def address() -> str:
    return reverse("move_many", args=["vandamme", "2026-11-23"])


def asked(visits, **changed):
    data = {"rdv": [visit.reference for visit in visits], "vers": "vandamme", "nouveau": "2026-11-24"}
    return data | changed


def times(page) -> list:
    return [line.slot.start_at if line.slot else line.sentence for line in page.context["lines"]]


def test_shown_whole_and_nothing_is_written(morning, doctor):
    page = doctor.client.get(address(), asked(morning))
    assert times(page) == [on_tuesday(8, 40), on_tuesday(9, 20), on_tuesday(9, 40)]
    assert Appointment.objects.filter(start_at__lt=on_tuesday(0)).count() == 3
    half = doctor.client.get(address(), asked(morning, moment="apres-midi"))
    assert times(half) == ["Plus d’heure libre ce jour-là."] * 3


def test_confirmed_each_for_itself(morning, doctor, owner):
    first, hers, last = morning
    page = doctor.client.get(address(), asked(morning))
    lines = [line.value for line in page.context["lines"]]
    AppointmentFactory(reason=doctor.reason, start_at=on_tuesday(9, 40))  # taken meanwhile
    answer = doctor.client.post(address(), asked(morning, ligne=lines))
    assert answer.status_code == 409
    assert [(one.visit, one.sentence) for one in answer.context["refused"]] == [
        (last, "Un autre rendez-vous occupe déjà cette heure.")
    ]
    starts = {visit.pk: visit.start_at for visit in Appointment.objects.all()}
    assert [starts[visit.pk] for visit in morning] == [on_tuesday(8, 40), on_tuesday(9, 20), on_monday(9, 20)]
    assert AuditEvent.objects.filter(action="appointment.moved").count() == 2
    told = OutboxMessage.objects.filter(subject_id=hers.pk, recipient=owner.user).exclude(
        kind__contains="reminder"
    )
    assert told.count() == 1
    assert first.reference


def test_moved_meanwhile_stays(morning, doctor):
    page = doctor.client.get(address(), asked(morning[:1]))
    lines = [line.value for line in page.context["lines"]]
    Appointment.objects.filter(pk=morning[0].pk).update(
        start_at=on_monday(8, 20), end_at=on_monday(8, 40), blocked_until=on_monday(8, 40)
    )
    answer = doctor.client.post(address(), asked(morning[:1], ligne=lines))
    assert "Quelqu’un vient de déplacer" in answer.context["refused"][0].sentence


def test_to_a_colleague_who_does_the_same_at_the_desk_alone(morning, doctor, teammate, desk, owner, visitor):
    OpeningFactory(practitioner=teammate.practitioner, start_at=on_tuesday(8), end_at=on_tuesday(10))
    data = asked(morning, vers="caron")
    assert times(desk.get(address(), data)) == [on_tuesday(8), on_tuesday(9), on_tuesday(9, 20)]
    assert doctor.client.get(address(), data).status_code == 422
    for client in (teammate.client, owner.client):
        assert client.get(address()).status_code == 404
        assert client.post(address(), data).status_code == 404
    assert visitor.get(address()).status_code == 302
    assert desk.get(reverse("move_many", args=["vandamme", "demain"])).status_code == 404
    type(teammate.reason).objects.filter(pk=teammate.reason.pk).update(is_active=False)
    assert times(desk.get(address(), data)) == ["Dr Claire Caron ne propose pas ce motif."] * 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"rdv": []},
        {"rdv": ["XXXX-XXXX"]},
        {"nouveau": ""},
        {"nouveau": "2026-11-01"},
        {"vers": "x"},
        {"moment": "x"},
    ],
)
def test_bad_input_is_explained(morning, doctor, wrong):
    assert doctor.client.get(address(), asked(morning, **wrong)).status_code == 422
    assert doctor.client.post(address(), asked(morning, **wrong)).status_code == 422


@pytest.mark.parametrize(
    "line", ["", "x", "AAAA-AAAA.1.2", "9" * 60, "..", "AAAA-AAAA.1763884800.١٢٣٤٥٦٧٨٩٠"]
)
def test_lines_that_nobody_wrote_move_nothing(morning, doctor, line):
    assert doctor.client.post(address(), asked(morning, ligne=[line])).status_code == 409
    assert Appointment.objects.filter(start_at__lt=on_tuesday(0)).count() == 3


def test_the_same_queries_for_one_and_for_twenty(morning, doctor, django_assert_max_num_queries):
    counts = []
    doctor.client.get(address())  # the process learns the house
    for number in (1, 20):
        for minute in range(number):
            AppointmentFactory(
                reason=doctor.reason, start_at=on_monday(12) + timedelta(minutes=minute), is_overbooked=True
            )
        visits = list(Appointment.objects.filter(start_at__lt=on_tuesday(0)))
        with django_assert_max_num_queries(15) as found:
            doctor.client.get(address(), asked(visits))
        counts.append(len(found))
    assert counts[0] == counts[1]


class NobodyGetsWhatAnotherGetsTest(TestCase):
    """Against a brute force: a visit without a time has none among the free ones that nobody was given."""

    @settings(max_examples=25)
    @given(
        st.lists(st.integers(0, 20), min_size=1, max_size=6, unique=True),
        st.lists(st.integers(0, 6), max_size=4, unique=True),
        st.sampled_from([20, 40]),
    )
    def test_plan(self, starts, taken, longer):
        with time_machine.travel(SUNDAY_NOON, tick=False):
            doctor = make_doctor("Vandamme")
            long = VisitReasonFactory(
                practitioner=doctor.practitioner, duration_minutes=longer, grid_minutes=20
            )
            OpeningFactory(
                practitioner=doctor.practitioner, start_at=on_tuesday(8), end_at=on_tuesday(10, 20)
            )
            for slot in taken:
                AppointmentFactory(
                    reason=doctor.reason, start_at=on_tuesday(8) + timedelta(minutes=20 * slot)
                )
            visits = [
                AppointmentFactory(
                    reason=long if number % 2 else doctor.reason,
                    start_at=on_monday(8) + timedelta(minutes=40 * start),
                )
                for number, start in enumerate(starts)
            ]
            lines = plan(visits, Target(doctor.practitioner, TUESDAY), SUNDAY_NOON)
            busy = {8 * 60 + 20 * slot + minute for slot in taken for minute in range(20)}
            for line in lines:
                length = int(line.visit.reason.duration.total_seconds()) // 60
                free = [
                    start
                    for start in range(8 * 60, 10 * 60 + 21 - length, 20)
                    if not busy & set(range(start, start + length))
                ]
                if line.slot is None:
                    assert free == []
                    continue
                begin = int((line.slot.start_at - on_tuesday(0)).total_seconds()) // 60
                assert begin in free
                busy |= set(range(begin, begin + length))
