"""The owner, her doctor and his colleague: seen together on Monday at 9, or one after the other."""

from __future__ import annotations

import uuid

import pytest

from accounts.models import Role, User
from appointments.actions.book_joint import book_in_turn, book_together
from appointments.joint import JointWish, joint_slots
from appointments.models import Appointment, AppointmentChain, Opening
from tests.cast import SUNDAY_NOON, on_monday
from tests.factories.accounts import with_role
from tests.factories.practitioners import RoomFactory

WAIT = {"is_together": False, "at_least": 0, "at_most": 20}


@pytest.fixture
def desk(db, sunday) -> User:
    return with_role(Role.SECRETARY, email="accueil@example.org")


def wish_of(doctor, teammate, **options) -> JointWish:
    return JointWish([doctor.reason], [teammate.reason], **options)


def pair_at(wish, patient, hour, minute=0):
    found = joint_slots(wish, patient, on_monday(hour, minute), on_monday(hour, minute + 1), now=SUNDAY_NOON)
    return found[0]


@pytest.fixture
def together(doctor, teammate, owner, desk) -> Appointment:
    """The owner sees her doctor and his colleague on Monday at 9."""
    Opening.objects.filter(practitioner=doctor.practitioner).update(room=RoomFactory(name="Salle 1"))
    pair = pair_at(wish_of(doctor, teammate), owner.patient, 9)
    return book_together(pair, owner.patient, actor=desk, key=uuid.uuid4())


@pytest.fixture
def chain(doctor, teammate, owner, desk) -> AppointmentChain:
    wish = wish_of(doctor, teammate, **WAIT)
    book_in_turn(pair_at(wish, owner.patient, 9), wish, owner.patient, actor=desk, key=uuid.uuid4())
    return AppointmentChain.objects.get()
