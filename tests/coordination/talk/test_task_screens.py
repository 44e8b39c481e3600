"""Tasks on screen: done with one tap and back, given, filtered, counted in the menu."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from coordination.actions.add_task import add_task
from coordination.actions.settle_task import finish_task
from coordination.models import Task
from coordination.waiting import tasks_waiting
from tests.cast import MONDAY
from tests.coordination.talk.conftest import TODAY

pytestmark = pytest.mark.django_db


class TestScreens:
    def test_one_tap_and_back(self, team, task):
        client = team.nurse.client
        page = client.get(reverse("task_list")).content.decode()
        assert "Prendre la tension" in page
        done = client.post(reverse("finish_task", args=[task.pk]), headers={"HX-Request": "true"})
        assert done.status_code == 200
        assert "Annuler" in done.content.decode()
        undone = client.post(reverse("reopen_task", args=[task.pk]), headers={"HX-Request": "true"})
        assert "Fait" in undone.content.decode()
        plain = client.post(reverse("finish_task", args=[task.pk]), {"retour": "/coordination/taches/?q=a"})
        assert plain["Location"] == "/coordination/taches/?q=a"
        strange = client.post(reverse("finish_task", args=[task.pk]), {"retour": "https://mal.example/"})
        assert strange["Location"] == reverse("task_list")
        for word in ("]UÀ³3J", "home", "x", "//mal.example/", "\x00"):
            nowhere = client.post(reverse("finish_task", args=[task.pk]), {"retour": word})
            assert nowhere["Location"] == reverse("task_list")

    def test_somebody_was_faster(self, team, task):
        finish_task(task, actor=team.doctor.user)
        late = team.nurse.client.post(reverse("finish_task", args=[task.pk]), headers={"HX-Request": "true"})
        assert late.status_code == 409
        assert "a déjà noté cette tâche comme faite" in late.content.decode()

    def test_the_filters_of_the_address(self, team, task):
        late = add_task(team.doctor.user, "Bilan", owner=team.nurse.user, due_on=TODAY - timedelta(days=1))
        client = team.nurse.client

        def shown(**asked):
            answer = client.get(reverse("task_list"), asked)
            return [one.pk for one in answer.context["page"]]

        assert shown() == [late.pk, task.pk]
        assert shown(quand="retard") == [late.pk]
        assert shown(q="TENSION") == [task.pk]
        assert shown(vue="patient", patient=team.patient.pk) == [task.pk]
        finish_task(task, actor=team.nurse.user)
        assert shown(etat="reglees") == [task.pk]
        assert [
            one.pk for one in team.doctor.client.get("/coordination/taches/?vue=donnees").context["page"]
        ] == [late.pk]

    def test_a_new_one_for_a_patient(self, team, secretary):
        address = f"{reverse('new_task')}?patient={team.patient.pk}"
        data = {"title": "Rappeler", "owner": secretary.pk, "due_on": MONDAY.isoformat()}
        refused = team.doctor.client.post(address, data)
        assert refused.status_code == 422
        assert "Relisez l’intitulé" in refused.content.decode()
        assert team.doctor.client.post(address, data | {"is_administrative": "on"}).status_code == 302
        row = Task.objects.get()
        assert (row.title, row.owner, row.patient, row.is_clinical) == (
            "Rappeler",
            secretary,
            team.patient,
            False,
        )
        strange = team.doctor.client.post(address, data | {"owner": team.stranger.user.pk})
        assert "ne peut pas ouvrir ce dossier" in strange.content.decode()
        past = team.doctor.client.post(address, data | {"due_on": "2026-11-20"})
        assert "Ce jour est passé" in past.content.decode()

    def test_news_until_seen(self, team, task):
        client = team.nurse.client
        page = client.get(reverse("task_list"))
        (notice, _readable) = page.context["news"][0]
        client.post(reverse("see_task_news"), {"notice": [notice.pk, "x", "9" * 30]})
        assert client.get(reverse("task_list")).context["news"] == []

    def test_forms_of_one_task(self, team, task):
        client = team.nurse.client
        day = (MONDAY + timedelta(days=3)).isoformat()
        assert client.post(reverse("reschedule_task", args=[task.pk]), {"due_on": day}).status_code == 302
        assert client.post(reverse("reschedule_task", args=[task.pk]), {"due_on": "x"}).status_code == 422
        assert client.post(reverse("cancel_task", args=[task.pk]), {"reason": ""}).status_code == 422
        over = {"owner": team.doctor.user.pk, "seen_owner": team.nurse.user.pk}
        assert client.post(reverse("hand_over_task", args=[task.pk]), over).status_code == 302
        again = client.post(reverse("hand_over_task", args=[task.pk]), {"owner": 999999})
        assert again.status_code == 422
        assert (
            client.post(reverse("cancel_task", args=[task.pk]), {"reason": "Plus utile"}).status_code == 302
        )
        task.refresh_from_db()
        assert (task.state, task.settle_note, task.due_on.isoformat()) == ("cancelled", "Plus utile", day)

    def test_outsiders_find_nothing(self, team, task, outsider):
        for client in (team.stranger.client, outsider.client):
            assert client.get(reverse("task", args=[task.pk])).status_code == 404
            for name in ("finish_task", "reopen_task", "hand_over_task", "reschedule_task", "cancel_task"):
                assert client.post(reverse(name, args=[task.pk])).status_code == 404
            listed = client.get(reverse("task_list"), {"vue": "patient", "patient": team.patient.pk})
            new = client.get(reverse("new_task"), {"patient": team.patient.pk})
            assert (listed.status_code, new.status_code) == (404, 404)
        assert outsider.client.get(reverse("task_list")).status_code == 404
        orphans = team.doctor.client.get(reverse("task_list"), {"vue": "sans-responsable"})
        assert orphans.status_code == 404

    @pytest.mark.parametrize("number", [1, 30])
    def test_the_list_costs_the_same(self, team, number, django_assert_num_queries):
        client = team.nurse.client
        for count in range(number):
            add_task(
                team.doctor.user, f"T{count}", owner=team.nurse.user, due_on=MONDAY, patient=team.patient
            )
        client.get(reverse("task_list"))
        with django_assert_num_queries(14):
            assert client.get(reverse("task_list")).status_code == 200


def test_the_menu_counts_what_is_due(team, task):
    assert tasks_waiting(team.nurse.user) == 0
    add_task(team.doctor.user, "Aujourd’hui", owner=team.nurse.user, due_on=TODAY, patient=team.patient)
    cache.clear()
    assert tasks_waiting(team.nurse.user) == 1
    day = team.nurse.client.get(reverse("my_day")).content.decode()
    assert "1 tâche pour aujourd’hui ou en retard" in day
