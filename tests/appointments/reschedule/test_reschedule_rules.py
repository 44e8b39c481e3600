"""Every rule of moving a visit with its sentence, and the limits of taking it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from appointments.actions.cancel import cancel
from appointments.actions.hold import hold
from appointments.actions.move import SeenTogether
from appointments.actions.reschedule import reschedule
from appointments.actions.undo_reschedule import undo_reschedule
from appointments.models import Appointment, Rescheduling, Status, VisitReason
from appointments.placing import Wish
from core.refusal import Refusal
from tests.appointments.reschedule.conftest import NBSP, to, where
from tests.cast import on_monday
from tests.factories.appointments import AbsenceFactory, AppointmentFactory, ClosureFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import RoomFactory


def refusal(visit, wish, actor):
    before = Appointment.objects.values().get(pk=visit.pk)
    with pytest.raises(Refusal) as caught:
        reschedule(visit, wish, actor=actor)
    assert Appointment.objects.values().get(pk=visit.pk) == before
    assert not Rescheduling.objects.exists()
    return str(caught.value.sentence)


@pytest.mark.django_db
def test_each_rule_says_its_sentence(booked, doctor, teammate, secretary, sunday):
    who = doctor.practitioner
    assert (
        refusal(booked, Wish(sunday - timedelta(hours=1), who), secretary) == "Cette heure est déjà passée."
    )
    assert (
        refusal(booked, to(doctor, 9, minutes=485), secretary)
        == "Un rendez-vous dure de 5 minutes à 8 heures."
    )
    closed = f"Aucune plage d’ouverture de {who} ne couvre cette heure."
    assert refusal(booked, to(doctor, 11), secretary) == closed
    assert refusal(booked, to(doctor, 9, 50), secretary) == closed
    VisitReason.objects.filter(pk=teammate.reason.pk).update(is_active=False)
    assert refusal(booked, to(teammate, 9), secretary) == f"{teammate.practitioner} ne propose pas ce motif."
    AppointmentFactory(reason=doctor.reason, patient=PatientFactory(), start_at=on_monday(8))
    assert refusal(booked, to(doctor, 8, 10), secretary) == "Un autre rendez-vous occupe déjà cette heure."
    hold(doctor.reason, on_monday(8, 40), holder="anne")
    assert refusal(booked, to(doctor, 8, 40), secretary) == "Quelqu’un est en train de réserver cette heure."
    AbsenceFactory(practitioner=who, start_at=on_monday(9, 20), end_at=on_monday(10))
    assert refusal(booked, to(doctor, 9, 20), secretary) == f"{who} est absent à cette heure."


@pytest.mark.django_db
def test_the_house_the_patient_and_the_room_must_be_free(booked, doctor, teammate, secretary):
    AppointmentFactory(reason=teammate.reason, patient=booked.patient, start_at=on_monday(8))
    assert refusal(booked, to(doctor, 8), secretary) == "Cette personne a déjà un rendez-vous à cette heure."
    room = RoomFactory(place=booked.place)
    AppointmentFactory(reason=teammate.reason, patient=PatientFactory(), start_at=on_monday(8, 40), room=room)
    assert (
        refusal(booked, to(doctor, 8, 40, room=room), secretary) == "La salle est déjà occupée à cette heure."
    )
    ClosureFactory(centre=doctor.practitioner.centre, start_at=on_monday(9, 20), end_at=on_monday(10))
    assert refusal(booked, to(doctor, 9, 20), secretary) == "La maison de santé est fermée à cette heure."


@pytest.mark.django_db
def test_what_has_begun_or_is_shared_stays(booked, doctor, teammate, secretary):
    other = AppointmentFactory(
        reason=teammate.reason, patient=booked.patient, start_at=on_monday(9), accompanies=booked
    )
    together = str(SeenTogether().sentence)
    assert together.startswith("Deux professionnels reçoivent ensemble")
    assert refusal(booked, to(doctor, 8), secretary) == together
    assert refusal(other, to(teammate, 8), secretary) == together
    cancel(other, actor=secretary, by_staff=True)
    Appointment.objects.filter(pk=booked.pk).update(status=Status.ARRIVED)
    stays = f"Ce rendez-vous est «{NBSP}arrivé{NBSP}»{NBSP}: son heure ne change plus."
    assert refusal(booked, to(doctor, 8), secretary) == stays


@pytest.mark.django_db
def test_two_who_move_the_same_visit(booked, doctor, secretary):
    reschedule(booked, to(doctor, 8), actor=secretary, seen_at=on_monday(9))
    with pytest.raises(Refusal, match="Quelqu’un vient de déplacer ce rendez-vous"):
        reschedule(booked, to(doctor, 8, 40), actor=secretary, seen_at=on_monday(9))


@pytest.mark.django_db
def test_undoing_has_its_limits(booked, doctor, secretary, sunday):
    row = reschedule(booked, to(doctor, 8), actor=secretary)
    with (
        time_machine.travel(sunday + timedelta(seconds=14), tick=False),
        pytest.raises(Refusal, match="trop tard"),
    ):
        undo_reschedule(row, actor=secretary)
    AppointmentFactory(reason=doctor.reason, patient=PatientFactory(), start_at=on_monday(9))
    with pytest.raises(Refusal, match="L’ancienne heure a été prise"):
        undo_reschedule(row, actor=secretary)
    assert where(booked)[1] == on_monday(8)
