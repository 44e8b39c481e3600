"""What an answer to an offer does: it books, moves, asks the next; and what ends a wish."""

from __future__ import annotations

from datetime import timedelta

import pytest

from appointments.actions.accept_offer import accept_offer
from appointments.actions.cancel import cancel
from appointments.actions.change_request import end_request, resume_request
from appointments.actions.decline_offer import OfferOver, decline_offer
from appointments.actions.offer_freed import offer_freed, tidy_requests
from appointments.models import Appointment, SlotOffer, Status, WaitingRequest
from appointments.models.offer import OfferState
from appointments.models.waiting import RequestState
from core.outbox.models import OutboxMessage, State
from tests.appointments.waiting.conftest import offers, waits
from tests.cast import MONDAY, SUNDAY_NOON, on_monday
from tests.factories.appointments import AppointmentFactory
from tests.factories.patients import PatientFactory
from tests.factories.waiting import WaitingRequestFactory

pytestmark = pytest.mark.django_db


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
    assert str(refusal.value.sentence) == "Ce rendez-vous a déjà été accepté."


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
