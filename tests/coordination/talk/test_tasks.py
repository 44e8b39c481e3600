"""Tasks: whose they are, who reads them, what the clock says of them, and that none is nobody’s."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import RoleAssignment
from coordination.actions.add_task import add_task
from coordination.actions.hand_over_task import CannotOwn, GivenMeanwhile, hand_over_task, reschedule_task
from coordination.actions.settle_task import AlreadySettled, cancel_task, finish_task, reopen_task
from coordination.actions.watch_tasks import watch_tasks
from coordination.models import TaskNotice
from coordination.task_access import tasks_for
from core import clock
from core.audit.models import AuditEvent
from patients.models.consent import Consent
from tests.cast import MONDAY, SUNDAY_NOON, sign_in
from tests.coordination.talk.conftest import TODAY, refuse_access
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def news() -> list[tuple[str, str]]:
    rows = TaskNotice.objects.order_by("pk").select_related("user")
    return [(row.user.last_name or row.user.email, row.event) for row in rows]


def test_given_and_done(team, task):
    assert (task.is_clinical, news()) == (True, [("Blondel", "given")])
    finish_task(task, actor=team.nurse.user)
    task.refresh_from_db()
    assert (task.state, task.settled_by, task.settled_at) == ("completed", team.nurse.user, SUNDAY_NOON)
    assert news() == [("Blondel", "given"), ("Aubert", "completed")]
    trail = AuditEvent.objects.filter(action__startswith="task.").order_by("pk")
    assert list(trail.values_list("action", "actor", "patient_id")) == [
        ("task.added", team.doctor.user.pk, team.patient.pk),
        ("task.finished", team.nurse.user.pk, team.patient.pk),
    ]


def test_done_twice_by_one_is_once_and_by_two_says_who(team, task):
    finish_task(task, actor=team.nurse.user)
    finish_task(task, actor=team.nurse.user)
    with pytest.raises(AlreadySettled, match="Blondel"):
        finish_task(task, actor=team.doctor.user)
    assert TaskNotice.objects.filter(event="completed").count() == 1


def test_abandoned_with_a_reason_then_open_again(team, task):
    cancel_task(task, actor=team.nurse.user, reason="  Hospitalisé   hier ")
    task.refresh_from_db()
    assert (task.state, task.settle_note) == ("cancelled", "Hospitalisé hier")
    reopen_task(task, actor=team.doctor.user)
    task.refresh_from_db()
    assert (task.state, task.settle_note, task.settled_by, task.owner) == (
        "requested",
        "",
        None,
        team.nurse.user,
    )


def test_handed_over_to_who_may_know_the_patient(team, task, secretary):
    with pytest.raises(CannotOwn, match="ne peut pas ouvrir ce dossier"):
        hand_over_task(task, team.stranger.user, actor=team.nurse.user)
    with pytest.raises(CannotOwn, match="ne lit rien de médical"):
        hand_over_task(task, secretary, actor=team.nurse.user)
    hand_over_task(task, team.doctor.user, actor=team.nurse.user)
    task.refresh_from_db()
    assert task.owner == team.doctor.user
    # Who asked for it is also who has it now: told once.
    assert news() == [("Blondel", "given"), ("Aubert", "given")]


def test_two_who_hand_it_over_do_not_undo_each_other(team, task):
    seen = task.owner_id
    hand_over_task(task, team.doctor.user, actor=team.nurse.user, seen_owner=seen)
    with pytest.raises(GivenMeanwhile, match="Aubert"):
        hand_over_task(task, team.nurse.user, actor=team.doctor.user, seen_owner=seen)


class TestReading:
    def test_of_a_patient_by_who_may_open_the_record(self, team, task, secretary, coordinator, outsider):
        readers = [
            team.doctor.user,
            team.nurse.user,
            team.stranger.user,
            secretary,
            coordinator,
            outsider.user,
        ]
        assert [tasks_for(one).count() for one in readers] == [1, 1, 0, 0, 0, 0]

    def test_given_to_the_desk_it_is_administrative(self, team, secretary):
        row = add_task(
            team.doctor.user, "Rappeler la famille", owner=secretary, due_on=MONDAY, patient=team.patient
        )
        assert row.is_clinical is False
        assert [tasks_for(one).count() for one in (secretary, team.doctor.user, team.stranger.user)] == [
            1,
            1,
            0,
        ]

    def test_of_the_house_by_who_has_it_gave_it_or_coordinates(self, team, coordinator, secretary):
        add_task(team.doctor.user, "Commander des gants", owner=team.nurse.user, due_on=MONDAY)
        readers = [team.doctor.user, team.nurse.user, coordinator, secretary, team.stranger.user]
        assert [tasks_for(one).count() for one in readers] == [1, 1, 1, 0, 0]

    def test_neither_its_owner_nor_its_giver_without_access(self, team, task):
        refuse_access(team, team.nurse)
        assert tasks_for(team.nurse.user).count() == 0
        address = reverse("task", args=[task.pk])
        assert (team.nurse.client.get(address).status_code, team.doctor.client.get(address).status_code) == (
            404,
            200,
        )


class TestClock:
    def at(self, days: int):
        return time_machine.travel(SUNDAY_NOON + timedelta(days=days), tick=False)

    def test_one_reminder_then_one_escalation(self, team, task):
        TaskNotice.objects.all().delete()
        said = []
        for days in range(8):
            with self.at(days):
                watch_tasks()
                watch_tasks()
                said.append(news()[sum(len(one) for one in said) :])
        assert said == [[], [], [("Blondel", "overdue")], [], [], [("Aubert", "escalated")], [], []]
        assert AuditEvent.objects.filter(action__in=["task.overdue", "task.escalated"]).count() == 2

    def test_another_date_is_another_promise(self, team, task):
        with self.at(2):
            watch_tasks()
            reschedule_task(task, clock.today() + timedelta(days=1), actor=team.nurse.user)
        with self.at(4):
            watch_tasks()
            watch_tasks()
        assert TaskNotice.objects.filter(event="overdue").count() == 2

    def test_one_s_own_task_goes_up_to_the_coordinator(self, team, coordinator):
        add_task(team.nurse.user, "Lire", owner=team.nurse.user, due_on=TODAY, patient=team.patient)
        with self.at(9):
            watch_tasks()
        assert news() == [("Blondel", "overdue"), (coordinator.last_name, "escalated")]
        page = sign_in(coordinator).get(reverse("task_list")).content.decode()
        assert "Une tâche réservée aux soignants" in page
        assert "Lire" not in page

    def test_what_is_done_is_not_reminded(self, team, task):
        finish_task(task, actor=team.nurse.user)
        with self.at(9):
            watch_tasks()
        assert not TaskNotice.objects.filter(event__in=["overdue", "escalated"]).exists()


class TestNobodys:
    def test_it_falls_to_who_gave_it(self, team, task):
        team.nurse.user.is_active = False
        team.nurse.user.save()
        watch_tasks()
        task.refresh_from_db()
        assert (task.owner, task.orphaned_at) == (team.doctor.user, None)
        assert news()[-1] == ("Aubert", "orphaned")

    def test_else_it_waits_on_the_coordinator_s_list(self, team, coordinator):
        row = add_task(None, "Relire le bilan", owner=team.nurse.user, due_on=MONDAY, patient=team.patient)
        refuse_access(team, team.nurse)
        watch_tasks()
        watch_tasks()
        row.refresh_from_db()
        assert (row.owner, row.orphaned_at) == (team.nurse.user, SUNDAY_NOON)
        assert [one for one in news() if one[1] == "orphaned"] == [(coordinator.last_name, "orphaned")]
        client = sign_in(coordinator)
        page = client.get(reverse("task_list"), {"vue": "sans-responsable"}).content.decode()
        assert str(team.patient) in page
        assert "Relire le bilan" not in page
        page = client.get(reverse("task", args=[row.pk])).content.decode()
        assert "Relire le bilan" not in page
        given = client.post(reverse("hand_over_task", args=[row.pk]), {"owner": team.doctor.user.pk})
        assert given.status_code == 302
        row.refresh_from_db()
        assert (row.owner, row.orphaned_at) == (team.doctor.user, None)

    def test_who_gets_his_access_back_has_his_task_back(self, team, coordinator):
        row = add_task(None, "Relire", owner=team.nurse.user, due_on=MONDAY, patient=team.patient)
        refuse_access(team, team.nurse)
        watch_tasks()
        Consent.objects.update(withdrawn_at=clock.now(), withdrawn_by=UserFactory())
        watch_tasks()
        row.refresh_from_db()
        assert (row.owner, row.orphaned_at) == (team.nurse.user, None)

    def test_whoever_hangs_up_his_hat(self, team, task):
        RoleAssignment.objects.filter(user=team.nurse.user).update(
            since=TODAY - timedelta(days=9), until=TODAY - timedelta(days=1)
        )
        watch_tasks()
        task.refresh_from_db()
        assert task.owner == team.doctor.user
