"""Two people answer one offer, an answer meets the end of its time, a passer-by wants the same hour."""

from __future__ import annotations

from datetime import timedelta

import pytest

from appointments.actions.accept_offer import accept_offer
from appointments.actions.cancel import cancel
from appointments.actions.close_offer import expire_offers
from appointments.actions.decline_offer import OfferOver, decline_offer
from appointments.actions.hold import SlotTaken, hold
from appointments.actions.offer_freed import offer_freed
from appointments.models import Appointment, SlotOffer, Status
from core import clock
from core.audit.models import AuditEvent
from core.refusal import Refusal
from tests.appointments.test_races import deadlocks, kinds, race
from tests.cast import on_monday
from tests.factories.accounts import UserFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.waiting import WaitingRequestFactory

pytestmark = pytest.mark.django_db(transaction=True)


def one_offer(**wish) -> SlotOffer:
    WaitingRequestFactory(**wish)
    offer_freed()
    return SlotOffer.objects.get(state="sent")


def test_two_relatives_say_yes_at_once(owner, doctor):
    other = UserFactory()
    offer = one_offer(patient=owner.patient)
    results = race([lambda who=who: accept_offer(offer, actor=who) for who in (owner.user, other) * 5])
    assert kinds(results) == {"Appointment": 1, OfferOver.__name__: 9}
    assert {str(one.sentence) for one in results if isinstance(one, Refusal)} == {
        "Ce rendez-vous a déjà été accepté."
    }
    assert Appointment.objects.filter(patient=owner.patient, status=Status.BOOKED).count() == 1
    assert AuditEvent.objects.filter(action="offer.accepted").count() == 1
    assert deadlocks() == 0


def test_yes_against_no(owner, doctor):
    offer = one_offer(patient=owner.patient)
    results = race(
        [lambda: accept_offer(offer, actor=owner.user), lambda: decline_offer(offer, actor=owner.user)]
    )
    offer.refresh_from_db()
    booked = Appointment.objects.filter(patient=owner.patient, status=Status.BOOKED).count()
    assert (booked, offer.state) in {(1, "accepted"), (0, "declined")}
    assert sum(isinstance(one, OfferOver) for one in results) == 1


def test_yes_against_the_end_of_its_time(owner, doctor):
    """Either booked, or free again and the next is asked; never both."""
    offer = one_offer(patient=owner.patient)
    now = clock.now()
    SlotOffer.objects.update(sent_at=now - timedelta(minutes=30), expires_at=now)
    Appointment.objects.filter(pk=offer.held_id).update(held_until=now)
    results = race(
        [
            lambda: accept_offer(offer, actor=owner.user),
            expire_offers,
            lambda: hold(doctor.reason, offer.start_at, holder="passant"),
        ]
    )
    expire_offers()  # a row that somebody is just answering is left to the next sweep
    offer.refresh_from_db()
    assert isinstance(results[0], OfferOver)
    assert offer.state == "expired"
    assert isinstance(results[2], Appointment)
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 0


def test_yes_against_booking_online(owner, doctor):
    offer = one_offer(patient=owner.patient)
    results = race(
        [
            lambda: accept_offer(offer, actor=owner.user),
            *[lambda n=n: hold(doctor.reason, offer.start_at, holder=f"passant {n}") for n in range(9)],
        ]
    )
    assert kinds(results) == {"Appointment": 1, SlotTaken.__name__: 9}
    assert Appointment.objects.get(occupies=True).patient == owner.patient


def test_ten_sweeps_at_once_offer_each_time_once(doctor):
    """Six free times, nine who wait: six are asked, in their order."""
    wishes = [
        WaitingRequestFactory(created_at=clock.now() - timedelta(days=n), notice_minutes=60) for n in range(9)
    ]
    race([offer_freed] * 10)
    offers = SlotOffer.objects.filter(state="sent")
    assert offers.count() == len({one.start_at for one in offers}) == 6
    assert {one.request_id for one in offers} == {wish.pk for wish in wishes[3:]}
    assert deadlocks() == 0


def test_yes_to_an_earlier_time_while_the_visit_is_cancelled(owner, doctor):
    mine = AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=on_monday(9, 40))
    offer = one_offer(patient=owner.patient, current=mine, only_earlier=True)
    results = race(
        [
            lambda: accept_offer(offer, actor=owner.user),
            lambda: cancel(mine, actor=owner.user, by_staff=True),
        ]
    )
    mine.refresh_from_db()
    offer.refresh_from_db()
    assert isinstance(results[1], Appointment)
    assert mine.status == Status.CANCELLED
    assert offer.state in {"withdrawn", "accepted"}
    assert not Appointment.objects.filter(occupies=True).exists()
    assert deadlocks() == 0
