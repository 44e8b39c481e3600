"""The team moves a visit: every rule with its sentence, the patient told late, « Annuler » unknown outside."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse

from accounts.models import Role
from appointments.actions.cancel import cancel
from appointments.actions.hold import hold
from appointments.actions.move import SeenTogether
from appointments.actions.reschedule import TOLD_AFTER, UNDO_FOR, reschedule
from appointments.actions.undo_reschedule import undo_reschedule
from appointments.models import Appointment, Disruption, Rescheduling, Status, VisitReason
from appointments.placing import Wish
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage, State
from core.refusal import Refusal
from tests.appointments.test_races import kinds, race
from tests.cast import MONDAY, on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AbsenceFactory, AppointmentFactory, ClosureFactory, OpeningFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import RoomFactory

NBSP = "\u00a0"


@pytest.fixture
def secretary(db, sunday):
    user = UserFactory(email="accueil@example.org")
    RoleAssignmentFactory(user=user, role=Role.SECRETARY)
    return user


def to(doctor, hour, minute=0, **more):
    return Wish(on_monday(hour, minute), doctor.practitioner, **more)


def where(visit):
    visit.refresh_from_db()
    return visit.practitioner_id, visit.start_at, visit.end_at, visit.sequence


def waiting():
    return list(OutboxMessage.objects.filter(state=State.DUE).order_by("kind").values_list("kind", "due_at"))


def refusal(visit, wish, actor):
    before = Appointment.objects.values().get(pk=visit.pk)
    with pytest.raises(Refusal) as caught:
        reschedule(visit, wish, actor=actor)
    assert Appointment.objects.values().get(pk=visit.pk) == before
    assert not Rescheduling.objects.exists()
    return str(caught.value.sentence)


# --- What happens -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_another_time_is_told_when_nobody_can_take_it_back(booked, doctor, secretary, sunday):
    row = reschedule(booked, to(doctor, 8), actor=secretary)
    assert where(booked) == (doctor.practitioner.pk, on_monday(8), on_monday(8, 20), 1)
    assert (row.told_start, row.sequence, row.moved_by) == (on_monday(9), 1, secretary)
    message = OutboxMessage.objects.get(kind="appointments.moved_by_centre")
    assert message.due_at == sunday + TOLD_AFTER
    assert message.payload["previous_start"] == on_monday(9).isoformat()
    line = AuditEvent.objects.get(action="appointment.moved")
    assert (line.actor_id, line.patient_id) == (secretary.pk, booked.patient_id)
    assert line.detail["minutes"] == [20, 20]


@pytest.mark.django_db
def test_undone_nothing_leaves_and_all_is_as_it_was(booked, doctor, teammate, secretary, sunday):
    line = Disruption.objects.create(appointment=booked, cause="absence")
    was = Appointment.objects.values("practitioner", "reason", "start_at", "end_at", "opening").get(
        pk=booked.pk
    )
    row = reschedule(booked, to(teammate, 8, minutes=40), actor=secretary)
    line.refresh_from_db()
    assert (line.outcome, line.settled_at) == ("moved", sunday)
    with time_machine.travel(sunday + UNDO_FOR, tick=False):
        undo_reschedule(row, actor=secretary)
        undo_reschedule(row, actor=secretary)
    assert (
        Appointment.objects.values("practitioner", "reason", "start_at", "end_at", "opening").get(
            pk=booked.pk
        )
        == was
    )
    line.refresh_from_db()
    assert (line.outcome, line.settled_at) == ("", None)
    # Two changes: whoever has subscribed to the calendar in between gets the newer version.
    assert where(booked)[-1] == 2
    assert [kind for kind, _ in waiting() if ".reminder." not in kind] == []
    actions = AuditEvent.objects.filter(action__startswith="appointment.move").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["appointment.moved", "appointment.move_undone"]


@pytest.mark.django_db
def test_reminders_follow_the_time_as_it_stands(owner, doctor, secretary, sunday):
    OpeningFactory(
        practitioner=doctor.practitioner,
        start_at=on_monday(8) + timedelta(days=14),
        end_at=on_monday(10) + timedelta(days=14),
    )
    visit = AppointmentFactory(
        reason=doctor.reason, patient=owner.patient, start_at=on_monday(9) + timedelta(days=14)
    )
    row = reschedule(visit, Wish(visit.start_at - timedelta(hours=1), doctor.practitioner), actor=secretary)
    later = [due for kind, due in waiting() if ".reminder." in kind]
    undo_reschedule(row, actor=secretary)
    assert [due - timedelta(hours=1) for kind, due in waiting() if ".reminder." in kind] == later != []


@pytest.mark.django_db
def test_a_confirmation_that_had_not_left_is_written_anew(owner, doctor, secretary):
    from appointments import notifications

    visit = AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=on_monday(9))
    with transaction.atomic():
        notifications.booked(visit)
    row = reschedule(visit, to(doctor, 8), actor=secretary)
    assert row.told_start is None
    assert [kind for kind, _ in waiting() if ".reminder." not in kind] == ["appointments.booked"]
    undo_reschedule(row, actor=secretary)
    (message,) = OutboxMessage.objects.filter(state=State.DUE, kind="appointments.booked")
    assert message.payload["sequence"] == 2


@pytest.mark.django_db
def test_moved_twice_the_patient_hears_of_the_time_he_knows(booked, doctor, secretary):
    reschedule(booked, to(doctor, 8), actor=secretary)
    reschedule(booked, to(doctor, 8, 40), actor=secretary)
    (message,) = OutboxMessage.objects.filter(state=State.DUE, kind="appointments.moved_by_centre")
    assert message.payload["previous_start"] == on_monday(9).isoformat()
    reschedule(booked, to(doctor, 9), actor=secretary)
    assert [kind for kind, _ in waiting() if ".reminder." not in kind] == []


@pytest.mark.django_db
def test_a_longer_visit_tells_nobody_and_the_same_place_changes_nothing(booked, doctor, secretary):
    assert reschedule(booked, to(doctor, 9, minutes=20), actor=secretary) is None
    assert where(booked)[-1] == 0
    reschedule(booked, to(doctor, 9, minutes=45), actor=secretary)
    assert where(booked) == (doctor.practitioner.pk, on_monday(9), on_monday(9, 45), 1)
    assert [kind for kind, _ in waiting() if ".reminder." not in kind] == []


@pytest.mark.django_db
def test_another_person_takes_over_with_the_same_kind_of_visit(booked, doctor, teammate, secretary):
    VisitReason.objects.filter(pk=teammate.reason.pk).update(
        category=doctor.reason.category, buffer_minutes=10
    )
    reschedule(booked, to(teammate, 9), actor=secretary)
    booked.refresh_from_db()
    assert (booked.reason, booked.blocked_until) == (teammate.reason, on_monday(9, 30))
    assert booked.opening == teammate.practitioner.openings.get()
    message = OutboxMessage.objects.get(kind="appointments.moved_by_centre")
    assert message.payload["previous_start"] == on_monday(9).isoformat()


# --- What is refused --------------------------------------------------------------------------------------------------


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


# --- Against online booking -------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_dragged_and_booked_online_at_once(booked, doctor, secretary):
    """One has the time; the other reads why not."""
    for minute in (0, 20, 40):
        at = on_monday(8, minute)
        visit = AppointmentFactory(reason=doctor.reason, patient=PatientFactory(), start_at=on_monday(9, 20))
        results = race(
            [
                lambda v=visit, t=at: reschedule(v, Wish(t, doctor.practitioner), actor=secretary),
                *[lambda n=n, t=at: hold(doctor.reason, t, holder=f"{n} à {t}") for n in range(8)],
            ]
        )
        found = kinds(results)
        assert found["SlotTaken"] + found["TimeHeld"] == 8, found
        assert found["Rescheduling"] + found["Appointment"] == 1, found
        Appointment.objects.filter(pk=visit.pk, start_at=on_monday(9, 20)).update(
            status=Status.CANCELLED, cancelled_at=clock.now()
        )


# --- The screen -------------------------------------------------------------------------------------------------------


def form(doctor, hour, minute=0, **more):
    return {
        "day": MONDAY.isoformat(),
        "hour": f"{hour:02}:{minute:02}",
        "minutes": "20",
        "practitioner": str(doctor.practitioner.pk),
        **more,
    }


@pytest.mark.django_db
def test_the_form_moves_and_offers_the_way_back(booked, doctor, secretary):
    client = sign_in(secretary)
    url = reverse("reschedule", args=[booked.pk])
    assert client.get(url).status_code == 200
    onward = client.post(url, form(doctor, 8))["Location"]
    row = Rescheduling.objects.get()
    assert onward == f"{reverse('schedule')}?jour={MONDAY.isoformat()}&deplace={row.pk}"
    undo = reverse("undo_reschedule", args=[row.pk])
    assert f'action="{undo}"' in client.get(onward).content.decode()
    client.post(undo)
    assert where(booked)[1] == on_monday(9)


@pytest.mark.django_db
def test_the_script_is_answered_in_its_words(booked, doctor, secretary):
    client = sign_in(secretary)
    url = reverse("reschedule", args=[booked.pk])
    json = {"headers": {"accept": "application/json"}}
    answer = client.post(url, form(doctor, 11), **json)
    closed = f"Aucune plage d’ouverture de {doctor.practitioner} ne couvre cette heure."
    assert (answer.status_code, answer.json()) == (409, {"sentence": closed})
    answer = client.post(url, form(doctor, 8, seen="2026-11-23T09:00"), **json)
    row = Rescheduling.objects.get()
    assert answer.json() == {
        "sentence": f"Rendez-vous déplacé au lundi 23{NBSP}novembre à 8{NBSP}h.",
        "undo": reverse("undo_reschedule", args=[row.pk]),
    }
    undone = client.post(answer.json()["undo"], **json)
    assert undone.json() == {"sentence": f"Remis à 9{NBSP}h. Le patient n’a rien reçu."}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"day": "2026-02-30"}, {"hour": "25:00"}, {"minutes": "2"}, {"practitioner": "0"}, {"room": "x"}],
)
def test_bad_input_is_explained(booked, doctor, secretary, wrong):
    answer = sign_in(secretary).post(reverse("reschedule", args=[booked.pk]), form(doctor, 8) | wrong)
    assert answer.status_code == 422
    assert where(booked)[1] == on_monday(9)


@pytest.mark.django_db
def test_who_may_move_whose(booked, owner, outsider, doctor, teammate, secretary):
    url = reverse("reschedule", args=[booked.pk])
    for client in (owner.client, outsider.client, teammate.client):
        assert client.get(url).status_code == 404
        assert client.post(url, form(doctor, 8)).status_code == 404
    # His own visit, but not into the day of somebody else.
    assert doctor.client.post(url, form(teammate, 8)).status_code == 422
    assert doctor.client.post(url, form(doctor, 8)).status_code == 302
    row = Rescheduling.objects.get()
    assert sign_in(secretary).post(reverse("undo_reschedule", args=[row.pk])).status_code == 404
