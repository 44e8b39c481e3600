"""An opinion is asked: a draft, what is missing, who takes it, who steps aside; unanswered it goes on by itself."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection, connections
from django.urls import reverse

from coordination.actions.story_step import AlreadyMovedOn
from coordination.models import Task, Urgency
from core import clock
from core.refusal import Refusal
from patients.models.consent import Means
from practitioners.models import Practitioner
from teleconsult.actions.answer_expertise import ask_detail, claim_expertise, give_detail, step_aside
from teleconsult.actions.expertise_step import move_on
from teleconsult.actions.sweep_expertise import sweep_expertise
from teleconsult.actions.write_expertise import (
    Addressee,
    ConsentMissing,
    ContextIncomplete,
    Words,
    begin_expertise,
    keep_draft,
    send_elsewhere,
    send_expertise,
)
from teleconsult.expertise_states import FOLLOWS
from teleconsult.models import ENDED, ContextQuestion, ExpertiseLevel, ExpertiseRequest
from tests.cast import SUNDAY_NOON, make_doctor, sign_in
from tests.constraints import refused_by_database
from tests.factories.practitioners import ProfessionFactory
from tests.factories.teleconsult_expertise import ExpertiseRequestFactory, make_expert
from tests.teleconsult.expertise.cast import S, the_scene, told

pytestmark = pytest.mark.django_db


def test_the_database_holds_the_same_table_as_python(scene):
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'expertise_step'")
        source = cursor.fetchone()[0]
    pairs = set(re.findall(r"\('(\w+)', '(\w+)'\)", source))
    assert pairs == {(str(before), str(after)) for before, afters in FOLLOWS.items() for after in afters}
    assert {state for state, afters in FOLLOWS.items() if not afters} == set(ENDED)
    request = ExpertiseRequestFactory(state=S.SENT)
    with pytest.raises(AlreadyMovedOn):
        move_on(request, S.ANSWERED, by=None, verb="answered")
    rows = ExpertiseRequest.objects.filter(pk=request.pk)
    assert refused_by_database(lambda: rows.update(state="answered")) == "expertise_step_allowed"
    assert refused_by_database(lambda: rows.update(owner=None)) == "expertise_open_has_an_owner"
    assert refused_by_database(lambda: rows.update(consent_by=None)) == "expertise_sent_with_consent"
    assert refused_by_database(lambda: rows.update(answer_due_at=None)) == "expertise_awaited_has_a_deadline"
    assert refused_by_database(lambda: rows.update(state="claimed")) == "expertise_held_by_somebody"
    stopped = clock.now()
    assert refused_by_database(lambda: request.timers.update(stopped_at=stopped)) == "expertise_has_a_clock"
    assert refused_by_database(lambda: request.events.update(verb="x")) == "expertise_is_written_once"
    for state in S:
        one = ExpertiseRequestFactory(state=state)
        is_open = state not in ENDED
        assert (one.owner is not None, one.timers.running().exists()) == (is_open, is_open), state


def test_what_is_missing_is_said_and_nothing_leaves(scene):
    user = scene.doctor.user
    to = Addressee(scene.pool)
    draft = begin_expertise(scene.patient, scene.doctor.practitioner, to, facts="", actor=user)
    with pytest.raises(Refusal, match="Écrivez votre question"):
        send_expertise(draft, actor=user)
    keep_draft(draft, Words("À retirer ?"), actor=user)
    with pytest.raises(ConsentMissing):
        send_expertise(draft, actor=user)
    keep_draft(draft, Words("À retirer ?", consent_means=Means.ORAL), actor=user)
    with pytest.raises(ContextIncomplete, match="Phototype"):
        send_expertise(draft, actor=user)
    draft.refresh_from_db()
    assert (draft.state, told(draft), draft.consent_text.version) == (S.DRAFT, [], 1)
    send_expertise(draft, actor=user, as_it_is=True)
    assert told(draft) == [("sent", "Amrani"), ("sent", "Leroy")]


def test_each_deadline_is_one_step_and_the_next_counts_from_then(scene):
    """Seven days to the expert, seven to the pool, then a visit; a week of outage costs nobody his turn."""
    request = scene.sent(scene.first)
    start = clock.now()
    assert request.answer_due_at == start + timedelta(days=7)

    def after(days: float) -> tuple[str, str, str, int]:
        with time_machine.travel(start + timedelta(days=days), tick=False):
            done = sweep_expertise()
            assert sweep_expertise() == 0
            request.refresh_from_db()
            return request.level, request.state, str(request.owner), done

    first, secretary = str(scene.first.user), str(scene.pool.responsible)
    assert after(3) == (ExpertiseLevel.EXPERT, S.SENT, first, 0)
    assert after(4) == (ExpertiseLevel.EXPERT, S.SENT, first, 1)
    assert after(7.01) == (ExpertiseLevel.POOL, S.SENT, secretary, 1)
    # Nobody sweeps for a week: what was due halfway and what was due at the end; one step, not two.
    assert after(21) == (ExpertiseLevel.APPOINTMENT, S.CONVERTED, secretary, 2)
    assert after(22)[3] == 0
    task = Task.objects.get()
    assert (task.owner, task.is_clinical, task.title, request.task) == (
        scene.pool.responsible, False, "Prendre un rendez-vous prioritaire", task,
    )  # fmt: skip
    assert told(request) == [
        ("sent", "Amrani"), ("reminder", "Amrani"),
        ("sent", "Amrani"), ("sent", "Leroy"), ("to_pool", "Vandamme"),
        ("reminder", "Amrani"), ("reminder", "Leroy"), ("to_visit", "Vandamme"),
    ]  # fmt: skip
    assert after(60)[:2] == (ExpertiseLevel.APPOINTMENT, S.CONVERTED)
    assert request.escalated_at is not None


def test_working_days_and_the_time_of_a_question(scene):
    """Seventy-two working hours from a Sunday noon end on Wednesday noon; a question stops the clock of the expert."""
    urgent, soon = scene.sent(urgency=Urgency.URGENT), scene.sent(urgency=Urgency.SOON)
    assert urgent.answer_due_at == SUNDAY_NOON + timedelta(hours=24)
    assert soon.answer_due_at == SUNDAY_NOON + timedelta(days=3)
    claim_expertise(urgent, scene.first, actor=scene.first.user)
    ask_detail(urgent, scene.first, "Où ?", actor=scene.first.user)
    with time_machine.travel(SUNDAY_NOON + timedelta(hours=5), tick=False):
        detailed = give_detail(urgent, "Au dos.", actor=scene.doctor.user)
    assert detailed.answer_due_at == SUNDAY_NOON + timedelta(hours=29)


def test_who_steps_aside_leaves_it_to_the_others_and_the_last_gives_it_back(scene):
    request = scene.sent(scene.first)
    step_aside(request, scene.first, "En congé.", actor=scene.first.user)
    request.refresh_from_db()
    assert (request.level, request.state) == (ExpertiseLevel.POOL, S.SENT)
    claim_expertise(request, scene.second, actor=scene.second.user)
    step_aside(request, scene.second, "Hors de mon domaine.", actor=scene.second.user)
    request.refresh_from_db()
    assert (request.state, request.owner, request.holder) == (S.DECLINED, scene.doctor.user, None)
    third = make_expert("Petit", scene.pool)
    page = scene.doctor.client.get(reverse("expertise_request", args=[request.pk])).text
    assert ("Petit" in page, "Demander à quelqu’un d’autre" in page) == (True, True)
    send_elsewhere(request, Addressee(scene.pool, third), actor=scene.doctor.user)
    request.refresh_from_db()
    assert (request.state, request.owner, told(request)[-1]) == (S.SENT, third.user, ("sent", "Petit"))


def test_a_draft_is_saved_as_it_is_typed_and_seen_by_its_author_alone(scene):
    new = reverse("new_expertise_request", args=[scene.patient.pk])
    assert "sur 4 cette année" in scene.doctor.client.get(new).text
    answer = scene.doctor.client.post(new, {"to": f"{scene.pool.pk}-{scene.first.pk}"})
    draft = ExpertiseRequest.objects.get()
    assert answer.url == reverse("edit_expertise_request", args=[draft.pk])
    where = ContextQuestion.objects.get(speciality="dermatology", position=10)
    save = reverse("save_expertise_draft", args=[draft.pk])
    typed = {"question": "À reti", f"context_{where.pk}": "dos", "urgency": "soon", "consent_on": "31/31"}
    kept = scene.doctor.client.post(save, typed, headers={"HX-Request": "true"})
    draft.refresh_from_db()
    assert (kept.status_code, draft.question, draft.urgency, draft.context.get().text) == (
        200, "À reti", "soon", "dos",
    )  # fmt: skip
    edit = reverse("edit_expertise_request", args=[draft.pk])
    whole = typed | {
        "question": "À retirer ?",
        "consent_on": "2026-11-22",
        "consent_means": "oral",
        "send": "1",
    }
    refused = scene.doctor.client.post(edit, whole)
    draft.refresh_from_db()
    assert (refused.status_code, draft.state, draft.question) == (422, S.DRAFT, "À retirer ?")
    assert "envoyer ainsi" in refused.text
    for who in (sign_in(scene.first.user), make_doctor("Caron").client):
        assert who.get(reverse("expertise_request", args=[draft.pk])).status_code == 404
    scene.doctor.client.post(edit, whole | {"as_it_is": "on"})
    draft.refresh_from_db()
    assert (draft.state, draft.consent_by, told(draft)) == (S.SENT, scene.doctor.user, [("sent", "Amrani")])
    nurse = make_doctor("Planche")
    nurse.practitioner.profession = ProfessionFactory(name="diététicien", slug="diet", role_code="95")
    nurse.practitioner.save()
    assert nurse.client.get(new).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_experts_and_two_sweeps_at_once():
    """One has it and the others read who; one deadline is one step, whoever sweeps."""
    with time_machine.travel(SUNDAY_NOON, tick=False):
        scene = the_scene()
        request, overdue = scene.sent(), scene.sent(scene.first, Urgency.URGENT)
        start = Barrier(2)

        def claim(expert: Practitioner) -> str:
            start.wait()
            try:
                claim_expertise(request, expert, actor=expert.user)
            except Refusal as refusal:
                return str(refusal.sentence)
            finally:
                connections.close_all()
            return "prise"

        with ThreadPoolExecutor(2) as pool:
            said = sorted(pool.map(claim, (scene.first, scene.second)), reverse=True)
        request.refresh_from_db()
        assert said == [
            "prise",
            f"{request.holder.display_name} vient de prendre cette demande\u00a0: elle n’attend plus.",
        ]

    def sweep(_number: int) -> int:
        start.wait()
        try:
            return sweep_expertise()
        finally:
            connections.close_all()

    with time_machine.travel(SUNDAY_NOON + timedelta(hours=25), tick=False), ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(sweep, (1, 2))) == 2
    overdue.refresh_from_db()
    assert (overdue.level, overdue.state) == (ExpertiseLevel.POOL, S.SENT)
    assert [event.verb for event in overdue.events.all()] == ["written", "sent", "to_pool"]
