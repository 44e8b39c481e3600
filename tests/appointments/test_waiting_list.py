"""The waiting list: who is offered what, in which order, for how long, and what an answer does."""

from datetime import date, time, timedelta

import pytest
import time_machine

from appointments.actions.accept_offer import accept_offer
from appointments.actions.ask_waiting import AlreadyWaiting, ask_waiting
from appointments.actions.cancel import cancel
from appointments.actions.change_request import end_request, resume_request
from appointments.actions.decline_offer import OfferOver, decline_offer
from appointments.actions.hold import SlotTaken, expire_holds, hold
from appointments.actions.offer_freed import offer_freed, sweep_waiting_list, tidy_requests
from appointments.models import Appointment, SlotOffer, Status, WaitingListRule, WaitingRequest
from appointments.models.offer import OfferState
from appointments.models.waiting import RequestState
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage, State
from tests.cast import MONDAY, SUNDAY_NOON, on_monday
from tests.factories.appointments import AppointmentFactory, OpeningFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import CentreFactory
from tests.factories.waiting import WaitingRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(doctor):
    """Monday morning is taken by six others."""
    return [
        AppointmentFactory(reason=doctor.reason, start_at=on_monday(8) + timedelta(minutes=20 * n))
        for n in range(6)
    ]


def offers() -> list[tuple[str, str, str]]:
    rows = SlotOffer.objects.order_by("pk").values_list("patient__birth_name", "start_at", "state")
    return [(name, f"{clock.local(at):%H:%M}", state) for name, at, state in rows]


def waits(name: str, **fields) -> WaitingRequest:
    return WaitingRequestFactory(patient__birth_name=name, patient__email=f"{name}@example.org", **fields)


def test_a_freed_time_is_kept_for_who_has_waited_longest(doctor, full, django_capture_on_commit_callbacks):
    waits("second", created_at=SUNDAY_NOON - timedelta(days=1))
    first = waits("premier", created_at=SUNDAY_NOON - timedelta(days=2))
    assert offer_freed() == 0
    with django_capture_on_commit_callbacks(execute=True):
        cancel(full[3], actor=doctor.user, by_staff=True)
    assert offers() == [("premier", "09:00", "sent")]
    offer = SlotOffer.objects.select_related("held").get()
    assert (offer.held.status, offer.held.held_until, offer.expires_at, offer.made_by) == (
        Status.HELD,
        SUNDAY_NOON + timedelta(minutes=30),
        SUNDAY_NOON + timedelta(minutes=30),
        None,
    )
    first.refresh_from_db()
    assert (first.state, first.notices) == (RequestState.OFFERED, 1)
    with pytest.raises(SlotTaken):
        hold(doctor.reason, on_monday(9), holder="passant")
    message = OutboxMessage.objects.get(kind="appointments.offered")
    assert (message.address, message.due_at, message.expires_at) == (
        "premier@example.org",
        SUNDAY_NOON,
        offer.expires_at,
    )
    assert AuditEvent.objects.filter(action="offer.sent", patient_id=first.patient_id).count() == 1


def test_priority_comes_before_age(doctor, full):
    waits("vieux", created_at=SUNDAY_NOON - timedelta(days=9))
    waits("urgent", priority=1)
    full[0].delete()
    sweep_waiting_list()
    assert offers() == [("urgent", "08:00", "sent")]


def test_the_hold_outlives_the_ten_minutes_and_no_longer(doctor, full):
    waits("anne")
    full[0].delete()
    offer_freed()
    with time_machine.travel(SUNDAY_NOON + timedelta(minutes=29), tick=False):
        assert expire_holds() == 0
        with pytest.raises(SlotTaken):
            hold(doctor.reason, on_monday(8), holder="passant")
    with time_machine.travel(SUNDAY_NOON + timedelta(minutes=30), tick=False):
        assert hold(doctor.reason, on_monday(8), holder="passant").status == Status.HELD


def test_after_no_answer_the_next_in_order_and_never_the_same_time_twice(doctor, full):
    first = waits("premier", created_at=SUNDAY_NOON - timedelta(days=2))
    waits("second", created_at=SUNDAY_NOON - timedelta(days=1))
    full[0].delete()
    offer_freed()
    for minutes in (30, 60, 90):
        with time_machine.travel(SUNDAY_NOON + timedelta(minutes=minutes), tick=False):
            sweep_waiting_list()
    assert offers() == [("premier", "08:00", "expired"), ("second", "08:00", "expired")]
    first.refresh_from_db()
    assert (first.state, first.notices) == (RequestState.OPEN, 1)
    assert not Appointment.objects.filter(status=Status.HELD).exists()


def test_yes_books(owner, doctor, full):
    request = WaitingRequestFactory(patient=owner.patient)
    full[0].delete()
    offer_freed()
    offer = SlotOffer.objects.get()
    visit = accept_offer(offer, actor=owner.user)
    offer.refresh_from_db()
    request.refresh_from_db()
    assert (visit.status, visit.patient, visit.start_at, visit.booked_by) == (
        Status.BOOKED,
        owner.patient,
        on_monday(8),
        owner.user,
    )
    assert (offer.state, offer.answered_by, request.state) == (
        OfferState.ACCEPTED,
        owner.user,
        RequestState.SATISFIED,
    )
    assert OutboxMessage.objects.filter(kind="appointments.booked", recipient=owner.user).exists()
    with pytest.raises(OfferOver) as refusal:
        accept_offer(offer, actor=owner.user)
    assert str(refusal.value.sentence) == "Cette place a déjà été acceptée."


def test_yes_moves_the_visit_and_offers_what_it_leaves(
    owner, doctor, full, django_capture_on_commit_callbacks
):
    mine = full[5]
    Appointment.objects.filter(pk=mine.pk).update(patient=owner.patient)
    mine.refresh_from_db()
    WaitingRequestFactory(patient=owner.patient, current=mine, only_earlier=True)
    waits("suivant")
    full[0].delete()
    offer_freed()
    offer = SlotOffer.objects.get(patient=owner.patient)
    with django_capture_on_commit_callbacks(execute=True):
        moved = accept_offer(offer, actor=owner.user)
    assert (moved.pk, moved.start_at, moved.sequence) == (mine.pk, on_monday(8), 1)
    assert offers() == [("Lefebvre", "08:00", "accepted"), ("suivant", "09:40", "sent")]
    # As one's own act: not « moved by the house ».
    assert OutboxMessage.objects.filter(kind="appointments.moved", recipient=owner.user).exists()


def test_an_earlier_visit_with_a_colleague_takes_his_reason(owner, doctor, teammate, full):
    mine = full[5]
    Appointment.objects.filter(pk=mine.pk).update(patient=owner.patient)
    mine.refresh_from_db()
    for minute in (0, 20, 40):
        AppointmentFactory(reason=teammate.reason, start_at=on_monday(9, minute))
    WaitingRequestFactory(patient=owner.patient, current=mine, only_earlier=True)
    offer_freed()
    moved = accept_offer(SlotOffer.objects.get(), actor=owner.user)
    moved.refresh_from_db()
    assert (moved.practitioner, moved.reason, moved.start_at) == (
        teammate.practitioner,
        teammate.reason,
        on_monday(8),
    )


def test_no_thanks_asks_the_next(doctor, full, django_capture_on_commit_callbacks):
    waits("premier", created_at=SUNDAY_NOON - timedelta(days=2))
    waits("second", created_at=SUNDAY_NOON - timedelta(days=1))
    full[0].delete()
    offer_freed()
    with django_capture_on_commit_callbacks(execute=True):
        decline_offer(SlotOffer.objects.get(), actor=None)
    assert offers() == [("premier", "08:00", "declined"), ("second", "08:00", "sent")]


def test_three_times_then_silence_until_the_person_says_so(doctor, full):
    request = waits("anne")
    for visit in full[:5]:
        visit.delete()
        offer_freed()
        for offer in SlotOffer.objects.waiting():
            decline_offer(offer, actor=None)
    request.refresh_from_db()
    assert (SlotOffer.objects.count(), request.state, request.notices) == (3, RequestState.PAUSED, 3)
    resume_request(request, actor=doctor.user)
    offer_freed()
    assert SlotOffer.objects.count() == 4


def test_at_night_it_waits_for_the_morning_if_the_time_is_far_enough(doctor, full):
    waits("anne", notice_minutes=120)
    with time_machine.travel(on_monday(0), tick=False):
        full[0].delete()
        full[5].delete()
        OpeningFactory(practitioner=doctor.practitioner, start_at=on_monday(14), end_at=on_monday(14, 20))
        offer_freed()
        # 8 h is too near to be answered at 8 h 30, as is 9 h 40 with two hours' notice: simply free.
        assert offers() == [("anne", "14:00", "sent")]
        offer = SlotOffer.objects.get()
        assert (offer.sent_at, offer.expires_at) == (on_monday(8), on_monday(8, 30))
        assert OutboxMessage.objects.get(kind="appointments.offered").due_at == on_monday(8)
        assert hold(doctor.reason, on_monday(9, 40), holder="passant").status == Status.HELD


@pytest.mark.parametrize(
    ("wish", "hour"),
    [
        ({"half": "apres-midi"}, "14:00"),
        ({"weekdays": [1]}, None),
        ({"first_day": date(2026, 11, 24)}, None),
        ({"notice_minutes": 24 * 60}, "14:00"),
        ({"last_day": date(2026, 11, 22)}, None),
        ({}, "08:00"),
    ],
)
def test_only_what_is_wanted(doctor, wish, hour):
    OpeningFactory(practitioner=doctor.practitioner, start_at=on_monday(14), end_at=on_monday(15))
    waits("anne", **wish)
    offer_freed()
    assert offers() == ([("anne", hour, "sent")] if hour else [])


def test_only_with_whom_is_wanted(doctor, teammate):
    waits("anne", practitioners=[teammate.practitioner])
    offer_freed()
    assert SlotOffer.objects.get().practitioner == teammate.practitioner


def test_never_over_another_visit_of_the_person(owner, booked, teammate):
    """She sees her doctor at nine; a colleague's nine o'clock is nothing for her."""
    WaitingRequestFactory(patient=owner.patient, practitioners=[teammate.practitioner])
    for minute in (0, 20, 40):
        AppointmentFactory(reason=teammate.reason, start_at=on_monday(8, minute))
    offer_freed()
    assert [f"{clock.local(one.start_at):%H:%M}" for one in SlotOffer.objects.all()] == ["09:20"]


def test_a_house_has_its_own_times(doctor, full):
    WaitingListRule.objects.create(centre=doctor.practitioner.centre, answer_minutes=90, most_notices=1)
    request = waits("anne")
    full[5].delete()
    offer_freed()
    offer = SlotOffer.objects.get()
    assert offer.expires_at == SUNDAY_NOON + timedelta(minutes=90)
    decline_offer(offer, actor=None)
    request.refresh_from_db()
    assert request.state == RequestState.PAUSED


def test_once_in_a_list(owner, doctor):
    WaitingRequestFactory(patient=owner.patient)
    again = WaitingRequestFactory.build(patient=owner.patient, category=doctor.reason.category)
    with pytest.raises(AlreadyWaiting):
        ask_waiting(again, actor=owner.user)


def test_leaving_frees_the_time_at_once(doctor, full, django_capture_on_commit_callbacks):
    request = waits("premier", created_at=SUNDAY_NOON - timedelta(days=1))
    waits("second")
    full[0].delete()
    offer_freed()
    with django_capture_on_commit_callbacks(execute=True):
        end_request(request, actor=None)
    assert offers() == [("premier", "08:00", "withdrawn"), ("second", "08:00", "sent")]
    assert OutboxMessage.objects.filter(state=State.CANCELLED).count() == 1


def test_what_needs_nothing_any_more_leaves_the_list(owner, doctor, full):
    late = waits("tard", first_day=MONDAY - timedelta(days=9), last_day=MONDAY - timedelta(days=2))
    lone = PatientFactory()
    gone = WaitingRequestFactory(
        patient=lone,
        current=AppointmentFactory(
            reason=doctor.reason, patient=lone, start_at=on_monday(16), status=Status.NO_SHOW
        ),
        only_earlier=True,
    )
    found = WaitingRequestFactory(patient=owner.patient, created_at=SUNDAY_NOON - timedelta(days=1))
    AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=on_monday(15))
    tidy_requests()
    states = dict(WaitingRequest.objects.values_list("pk", "state"))
    assert states == {late.pk: "expired", gone.pk: "expired", found.pk: "satisfied"}


def test_cancelling_the_visit_ends_the_wish_for_an_earlier_one(owner, booked, doctor):
    request = WaitingRequestFactory(patient=owner.patient, current=booked, only_earlier=True)
    offer_freed()
    assert SlotOffer.objects.count() == 1
    cancel(booked, actor=owner.user)
    request.refresh_from_db()
    assert (SlotOffer.objects.get().state, request.state) == ("withdrawn", "withdrawn")


def test_the_sweep_reads_as_often_for_two_as_for_thirty(
    doctor, full, django_assert_max_num_queries, django_assert_num_queries
):
    CentreFactory()
    waits("un")
    waits("deux")
    with django_assert_max_num_queries(20) as one:
        offer_freed()
    for number in range(28):
        waits(f"nom {number}")
    with django_assert_num_queries(len(one)):
        offer_freed()


def test_a_sweep_over_nobody_asks_once(doctor, django_assert_num_queries):
    with django_assert_num_queries(3):  # savepoint, question, release
        assert offer_freed() == 0


def test_night_and_day_are_those_of_the_house(doctor):
    waits("anne", last_day=MONDAY + timedelta(days=40))
    for hour, sent in ((20, 20), (21, 32), (23, 32), (31, 32), (32, 32)):
        moment = clock.at(MONDAY - timedelta(days=1), time(0)) + timedelta(hours=hour)
        SlotOffer.objects.all().delete()
        Appointment.objects.all().delete()
        WaitingRequest.objects.update(state="open", notices=0)
        OpeningFactory(
            practitioner=doctor.practitioner,
            start_at=on_monday(15) + timedelta(days=1),
            end_at=on_monday(16) + timedelta(days=1),
        )
        with time_machine.travel(moment, tick=False):
            offer_freed()
        assert SlotOffer.objects.get().sent_at - clock.at(MONDAY - timedelta(days=1), time(0)) == timedelta(
            hours=sent
        )
