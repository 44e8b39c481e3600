"""Two professionals for one patient: together or one after the other, booked both or none, whoever races."""

from __future__ import annotations

import uuid

import pytest

from appointments.actions.book_joint import PairLost, book_in_turn, book_together
from appointments.joint import JointWish, earliest, joint_slots
from appointments.models import Appointment, AppointmentChain, Opening, Status
from core.audit.models import AuditEvent
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage
from tests.appointments.joint.conftest import WAIT, pair_at, wish_of
from tests.appointments.test_races import deadlocks, kinds, race
from tests.cast import SUNDAY_NOON, on_monday
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import RoomFactory


class TestBooking:
    def test_one_room_and_two_rows(self, together, doctor, teammate, owner, desk):
        guest = together.companions.get()
        facts = ("practitioner", "patient", "start_at", "room_id", "status", "accompanies_id")
        room = doctor.practitioner.openings.get().room_id
        assert [getattr(together, fact) for fact in facts] == [
            doctor.practitioner,
            owner.patient,
            on_monday(9),
            room,
            Status.BOOKED,
            None,
        ]
        assert [getattr(guest, fact) for fact in facts] == [
            teammate.practitioner,
            owner.patient,
            on_monday(9),
            None,
            Status.BOOKED,
            together.pk,
        ]
        assert AuditEvent.objects.filter(action="appointment.booked", actor=desk).count() == 2

    def test_a_guest_does_not_need_his_own_room(self, doctor, teammate, owner):
        room = RoomFactory()
        Opening.objects.filter(practitioner=teammate.practitioner).update(room=room)
        AppointmentFactory(reason=VisitReasonFactory(), room=room, start_at=on_monday(9))
        starts = [
            pair.first.start_at
            for pair in joint_slots(
                wish_of(doctor, teammate), owner.patient, on_monday(8), on_monday(10), now=SUNDAY_NOON
            )
        ]
        assert on_monday(9) in starts
        turned = joint_slots(
            wish_of(teammate, doctor), owner.patient, on_monday(8), on_monday(10), now=SUNDAY_NOON
        )
        assert on_monday(9) not in [pair.first.start_at for pair in turned]

    def test_both_or_none(self, doctor, teammate, owner, desk):
        for wish, act in (
            (
                wish_of(doctor, teammate),
                lambda pair, wish: book_together(pair, owner.patient, actor=desk, key=uuid.uuid4()),
            ),
            (
                wish_of(doctor, teammate, **WAIT),
                lambda pair, wish: book_in_turn(pair, wish, owner.patient, actor=desk, key=uuid.uuid4()),
            ),
        ):
            pair = pair_at(wish, owner.patient, 9)
            rival = AppointmentFactory(reason=teammate.reason, start_at=pair.second.start_at)
            with pytest.raises(PairLost):
                act(pair, wish)
            assert list(Appointment.objects.all()) == [rival]
            rival.delete()
        assert (OutboxMessage.objects.count(), AppointmentChain.objects.count()) == (0, 0)

    def test_the_same_form_twice_books_once(self, doctor, teammate, owner, desk):
        pair, key = pair_at(wish_of(doctor, teammate), owner.patient, 9), uuid.uuid4()
        both = {book_together(pair, owner.patient, actor=desk, key=key) for _ in range(2)}
        assert (len(both), Appointment.objects.count()) == (1, 2)

    def test_one_after_the_other(self, chain, doctor, teammate, mailoutbox):
        assert [(row.practitioner, row.start_at, row.accompanies) for row in (chain.first, chain.second)] == [
            (doctor.practitioner, on_monday(9), None),
            (teammate.practitioner, on_monday(9, 20), None),
        ]
        deliver()
        (sent,) = mailoutbox
        body = sent.body.replace("\xa0", " ")
        for words in ("à 9 h avec Dr Claire Vandamme", "à 9 h 20 avec Dr Claire Caron"):
            assert words in body

    def test_three_queries_at_any_size(self, doctor, teammate, owner, django_assert_num_queries):
        for number in (1, 12):
            others = [doctor.reason, *[VisitReasonFactory() for _ in range(number)]]
            with django_assert_num_queries(3):
                earliest(
                    JointWish([teammate.reason], others),
                    owner.patient,
                    on_monday(8),
                    on_monday(10),
                    now=SUNDAY_NOON,
                )


@pytest.mark.django_db(transaction=True)
def test_desks_book_crossing_pairs(doctor, teammate, desk):
    """A with B and B with A, the same and overlapping hours: pairs or nothing, no deadlock."""
    patients = PatientFactory.create_batch(12)
    wishes = [
        wish_of(doctor, teammate),
        wish_of(teammate, doctor),
        wish_of(doctor, teammate, **WAIT),
        wish_of(teammate, doctor, **WAIT),
    ]
    pairs = [
        pair_at(wishes[index % 4], patient, 8, 20 * (index % 3)) for index, patient in enumerate(patients)
    ]

    def run(index):
        pair, wish, patient = pairs[index], wishes[index % 4], patients[index]
        if wish.is_together:
            return book_together(pair, patient, actor=desk, key=uuid.uuid4())
        return book_in_turn(pair, wish, patient, actor=desk, key=uuid.uuid4())

    before = deadlocks()
    results = race([lambda index=index: run(index) for index in range(12)])
    found = kinds(results)
    assert set(found) <= {"Appointment", "PairLost"}
    assert found["Appointment"] >= 1
    assert Appointment.objects.count() == 2 * found["Appointment"]
    assert deadlocks() == before
