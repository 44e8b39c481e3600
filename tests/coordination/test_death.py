"""A patient has died: what was to come ends in silence, his team still reads; and a mistake is put right."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse

from accounts.models import Role
from appointments.actions.ask_waiting import ask_waiting
from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.invite import invite
from appointments.models import Appointment, AppointmentSeries, Enrolment, EnrolmentState, Status
from appointments.notifications import booked as tell_booked
from coordination.actions.record_death import AlreadyRecorded, NotRecorded, record_death, undo_death
from coordination.models import DeathRecord, Task
from coordination.models.death import LearntFrom
from core import clock
from core.audit.models import AuditEvent
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage, State
from patients.actions.note_contact import Died
from patients.models.proxy import Relation
from tests.cast import make_doctor, on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import (
    AppointmentFactory,
    EnrolmentFactory,
    WorkshopCycleFactory,
    WorkshopFactory,
)
from tests.factories.meetings import MeetingItemFactory
from tests.factories.pathways import CarePathwayFactory
from tests.factories.patients import ProxyFactory
from tests.factories.referrals import sent_referral
from tests.factories.waiting import WaitingRequestFactory

DIED = date(2026, 11, 20)


@pytest.fixture
def desk(db, sunday):
    return RoleAssignmentFactory(role=Role.SECRETARY).user


@pytest.fixture
def daughter(owner):
    user = UserFactory(email="fille@example.org")
    ProxyFactory(user=user, patient=owner.patient, relation=Relation.PARENT)
    return user


@pytest.fixture
def life(owner, doctor, booked, daughter) -> dict[str, object]:
    """A visit that was told, a running series, a seat, a wish."""
    with transaction.atomic():
        tell_booked(booked)
    series = AppointmentSeries.objects.create(
        patient=owner.patient,
        practitioner=doctor.practitioner,
        reason=doctor.reason,
        prescribed=10,
        first_day=clock.today(),
        weekdays=[0],
    )
    past = AppointmentFactory(
        reason=doctor.reason,
        patient=owner.patient,
        start_at=on_monday(9) - timedelta(days=7),
        status=Status.FULFILLED,
    )
    cycle = WorkshopCycleFactory(
        workshop=WorkshopFactory(animators=[doctor.practitioner]), start_at=on_monday(18)
    )
    seat = EnrolmentFactory(cycle=cycle, patient=owner.patient, state=EnrolmentState.ENROLLED)
    wish = WaitingRequestFactory(patient=owner.patient)
    return {"visit": booked, "series": series, "past": past, "seat": seat, "wish": wish}


def died(owner, actor, *, tell: bool = False) -> DeathRecord:
    return record_death(
        owner.patient, died_on=DIED, learnt_from=LearntFrom.FAMILY, tell_relatives=tell, actor=actor
    )


def test_everything_to_come_ends_with_the_reason(owner, desk, life, daughter):
    death = died(owner, desk)
    for row in life.values():
        row.refresh_from_db()
    owner.patient.refresh_from_db()
    owner.user.refresh_from_db()
    assert {
        "deceased": owner.patient.deceased_on,
        "visit": (life["visit"].status, life["visit"].cancel_note),
        "past": life["past"].status,
        "series": (life["series"].is_running, life["series"].ended_by),
        "seat": (life["seat"].state, life["seat"].cancel_note),
        "wish": life["wish"].is_live,
        "account": owner.user.is_active,
    } == {
        "deceased": DIED,
        "visit": (Status.CANCELLED, "décès"),
        "past": Status.FULFILLED,
        "series": (False, desk),
        "seat": (EnrolmentState.CANCELLED, "décès"),
        "wish": False,
        "account": False,
    }
    assert death.ended == {
        "visits": [life["visit"].reference],
        "series": [life["series"].pk],
        "workshops": [life["seat"].pk],
        "requests": [life["wish"].pk],
    } | {name: [] for name in death.ended if name not in ("visits", "series", "workshops", "requests")}
    line = AuditEvent.objects.get(action="patient.death_recorded")
    assert (line.actor, line.patient_id) == (desk, owner.patient.pk)


def test_nothing_leaves_to_anybody(owner, desk, life, daughter, django_capture_on_commit_callbacks):
    """Neither the confirmation that waited, nor a reminder, nor the news that the visit is called off."""
    assert OutboxMessage.objects.filter(state=State.DUE).exists()
    with django_capture_on_commit_callbacks(execute=True):
        died(owner, desk)
    assert not OutboxMessage.objects.filter(state=State.DUE).exists()
    deliver()
    assert mail.outbox == []


def test_relatives_read_one_sober_message_by_choice(owner, desk, daughter):
    died(owner, desk, tell=True)
    waiting = OutboxMessage.objects.get(state=State.DUE)
    assert (waiting.recipient, waiting.kind) == (daughter, "record.death_told")
    deliver()
    (message,) = mail.outbox
    assert message.to == [daughter.email]
    assert owner.patient.display_name in message.body
    assert "condoléances" in message.subject


def test_a_mistake_seen_in_time_is_told_to_nobody(owner, desk, daughter):
    died(owner, desk, tell=True)
    undo_death(owner.patient, why="Homonyme", actor=desk)
    deliver()
    assert mail.outbox == []


def test_twice_is_refused_and_so_is_undoing_nothing(owner, desk):
    with pytest.raises(NotRecorded):
        undo_death(owner.patient, why="Homonyme", actor=desk)
    died(owner, desk)
    with pytest.raises(AlreadyRecorded):
        died(owner, desk)
    assert DeathRecord.objects.count() == 1


def test_the_mistake_is_put_right(owner, desk, life):
    died(owner, desk)
    death = undo_death(owner.patient, why="Homonyme", actor=desk)
    owner.patient.refresh_from_db()
    owner.user.refresh_from_db()
    life["series"].refresh_from_db()
    assert (owner.patient.deceased_on, owner.user.is_active, life["series"].is_running) == (None, True, True)
    assert (death.undone_by, death.undone_why) == (desk, "Homonyme")
    assert Appointment.objects.get(pk=life["visit"].pk).status == Status.CANCELLED
    assert Enrolment.objects.get(pk=life["seat"].pk).state == EnrolmentState.CANCELLED


@pytest.fixture
def cared_for(owner, doctor) -> dict[str, object]:
    """What the team keeps open for him: a request, a pathway, something to do, a point of the next meeting."""
    colleague = make_doctor("Pollet")
    return {
        "referral": sent_referral(owner.patient, doctor.practitioner, colleague.practitioner),
        "pathway": CarePathwayFactory(patient=owner.patient, lead=doctor.practitioner),
        "task": Task.objects.create(
            patient=owner.patient, title="Rappeler", owner=doctor.user, due_on=clock.today()
        ),
        "item": MeetingItemFactory(patient=owner.patient),
        "invitation": invite(
            owner.patient, doctor.reason, 10, valid_for=timedelta(days=30), actor=doctor.user
        ),
    }


def test_what_the_team_keeps_open_ends_in_silence(owner, doctor, desk, cared_for):
    page = sign_in(desk).get(reverse("record_death", args=[owner.patient.pk])).text
    said = ["1 adressage en cours", "1 parcours en cours", "1 tâche à faire", "1 point de réunion à venir"]
    assert [words in page for words in [*said, "1 invitation à réserver des séances"]] == [True] * 5
    waiting = OutboxMessage.objects.count()
    death = died(owner, desk)
    for row in cared_for.values():
        row.refresh_from_db()
    assert {
        "referral": cared_for["referral"].state,
        "pathway": (cared_for["pathway"].state, cared_for["pathway"].end_kind),
        "task": (cared_for["task"].state, cared_for["task"].settle_note),
        "item": cared_for["item"].state,
        "invitation": cared_for["invitation"].revoked_at,
    } == {
        "referral": "withdrawn",
        "pathway": ("revoked", "deceased"),
        "task": ("cancelled", "décès"),
        "item": "withdrawn",
        "invitation": clock.now(),
    }
    names = {"referral": "referrals", "pathway": "pathways", "task": "tasks", "item": "meeting_items"}
    names["invitation"] = "invitations"
    assert {names[name]: [row.pk] for name, row in cared_for.items()}.items() <= death.ended.items()
    assert OutboxMessage.objects.count() == waiting
    undoing = sign_in(desk).get(reverse("undo_death", args=[owner.patient.pk])).text
    assert [words in undoing for words in said] == [True] * 4


def test_nothing_is_booked_for_somebody_who_has_died(owner, doctor, desk, booked):
    """At the desk, from the list of those who wait, by a link: refused with a sentence, whatever is set aside."""
    place = doctor.practitioner.openings.get().place
    died(owner, desk)
    wish = WaitingRequestFactory.build(
        patient=owner.patient, category=doctor.reason.category, asked_by=None, current=None
    )
    attempts = [
        lambda: book_at_desk(
            doctor.reason, on_monday(9, 30), owner.patient, actor=desk, place=place, overbook=True
        ),
        lambda: ask_waiting(wish, actor=desk),
        lambda: invite(owner.patient, doctor.reason, 10, valid_for=timedelta(days=30), actor=desk),
    ]
    for attempt in attempts:
        with pytest.raises(Died):
            attempt()
    assert not Appointment.objects.filter(patient=owner.patient, status=Status.BOOKED).exists()


class TestScreens:
    @pytest.mark.parametrize("who", ["desk", "doctor"])
    def test_noted_and_marked_and_undone(self, owner, doctor, desk, booked, who):
        client = sign_in(desk) if who == "desk" else doctor.client
        pk = owner.patient.pk
        url, record = reverse("record_death", args=[pk]), reverse("patient_record", args=[pk])
        assert "1 rendez-vous à venir" in client.get(url).text
        refused = client.post(url, {"died_on": "2027-01-01", "learnt_from": "family"})
        assert (refused.status_code, "dans l’avenir" in refused.text) == (422, True)
        assert client.post(url, {"died_on": DIED, "learnt_from": "family"}).url == record
        page = client.get(record).text
        assert "Cette personne est décédée le" in page
        assert reverse("book_for_patient", args=[pk]) not in page
        assert client.get(url).url == reverse("undo_death", args=[pk])
        undone = client.post(reverse("undo_death", args=[pk]), {"why": "Homonyme"})
        assert undone.url == record
        page = client.get(record).text
        assert ("Cette personne est décédée" in page, "Les rendez-vous rendus" in page) == (False, True)

    def test_his_own_account_opens_nothing_any_more(self, owner, doctor, desk, booked):
        assert owner.client.get(reverse("my_space")).status_code == 200
        died(owner, desk)
        assert owner.client.get(reverse("my_space")).status_code == 302

    def test_strangers_find_nothing(self, owner, teammate, outsider, desk):
        url = reverse("record_death", args=[owner.patient.pk])
        assert [client.post(url).status_code for client in (teammate.client, outsider.client)] == [404, 404]
        assert not DeathRecord.objects.exists()
