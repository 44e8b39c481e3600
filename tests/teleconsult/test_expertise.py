"""An opinion is asked, taken by one, answered and read; what nobody answers goes on by itself; four acts a year."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
import time_machine
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse

from coordination.access import open_record
from coordination.actions.story_step import AlreadyMovedOn
from coordination.models import Task, Urgency
from coordination.timeline_page import Wanted, page_of
from core import clock
from core.outbox import registry
from core.outbox.models import OutboxMessage
from core.refusal import Refusal
from patients.access import readers_of
from patients.models import Consent, Patient
from patients.models.consent import Decision, Means
from practitioners.models import Practitioner
from teleconsult.actions.answer_expertise import (
    Opinion,
    answer_expertise,
    ask_detail,
    claim_expertise,
    correct_answer,
    give_detail,
    step_aside,
)
from teleconsult.actions.expertise_step import move_on
from teleconsult.actions.forget_expertise import forget_expertise
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
from teleconsult.endings_expertise import end_expertise
from teleconsult.expertise_bills import standing_of
from teleconsult.expertise_context import questions_for
from teleconsult.expertise_states import FOLLOWS
from teleconsult.models import (
    ENDED,
    ContextQuestion,
    ExpertiseAct,
    ExpertiseAnswer,
    ExpertiseBill,
    ExpertiseLevel,
    ExpertiseRequest,
    ExpertiseState,
    ExpertPool,
)
from tests.cast import SUNDAY_NOON, Doctor, make_doctor, sign_in
from tests.export import rows_of
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import ProfessionFactory
from tests.factories.teleconsult_expertise import (
    ExpertiseRequestFactory,
    ExpertPoolFactory,
    make_expert,
    usual_expertise,
)

pytestmark = pytest.mark.django_db
S = ExpertiseState
OPINION = Opinion("Nævus banal.", "watch", "half-year", "Photo dans six mois.")


@dataclass
class Scene:
    """A doctor of the house, her patient, two dermatologists at a distance, the secretary who books."""

    doctor: Doctor
    patient: Patient
    pool: ExpertPool
    first: Practitioner
    second: Practitioner

    def drafted(self, target: Practitioner | None = None, urgency: str = Urgency.ROUTINE) -> ExpertiseRequest:
        to = Addressee(self.pool, target)
        user = self.doctor.user
        request = begin_expertise(self.patient, self.doctor.practitioner, to, facts="", actor=user)
        context = {one.pk: one.options[0] if one.options else "dos" for one in questions_for(request)}
        words = Words("À retirer ?", "", urgency, context, Means.ORAL, clock.today())
        return keep_draft(request, words, actor=user)

    def sent(self, target: Practitioner | None = None, urgency: str = Urgency.ROUTINE) -> ExpertiseRequest:
        return send_expertise(self.drafted(target, urgency), actor=self.doctor.user)

    def answered(self) -> ExpertiseRequest:
        request = claim_expertise(self.sent(), self.first, actor=self.first.user)
        answer_expertise(request, self.first, OPINION, actor=self.first.user)
        request.refresh_from_db()
        return request


def the_scene() -> Scene:
    usual_expertise()
    doctor = make_doctor("Vandamme")
    patient = PatientFactory(birth_name="Delbecque", attending_doctor=doctor.practitioner)
    pool = ExpertPoolFactory(responsible=RoleAssignmentFactory(role="secretary").user)
    return Scene(doctor, patient, pool, make_expert("Amrani", pool), make_expert("Leroy", pool))


@pytest.fixture
def scene(db, sunday) -> Scene:
    return the_scene()


def told(request: ExpertiseRequest) -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(kind="expertise.staff", subject_id=request.pk).order_by("pk")
    return [(row.payload["verb"], row.recipient.last_name) for row in rows.select_related("recipient")]


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


def refused_by_database(change) -> str:
    with pytest.raises(IntegrityError) as caught:
        _at_the_end_of_a_transaction(change)
    return caught.value.__cause__.diag.constraint_name


def _at_the_end_of_a_transaction(change) -> None:
    with transaction.atomic():
        change()
        connection.check_constraints()


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


def test_from_question_to_answer_and_who_reads_what_on_the_way(scene):
    """The pool reads the request alone; who takes it the record; the record is his for thirty days after the end."""
    request = scene.sent()
    page, record = (
        reverse("expertise_request", args=[request.pk]),
        reverse("patient_record", args=[scene.patient.pk]),
    )
    amrani, leroy = sign_in(scene.first.user), sign_in(scene.second.user)
    stranger = make_doctor("Caron")
    assert [one.get(page).status_code for one in (amrani, leroy, stranger.client)] == [200, 200, 404]
    assert amrani.get(record).status_code == 404
    assert "Amrani" not in str(readers_of(scene.patient))

    answer = amrani.post(reverse("claim_expertise", args=[request.pk]), follow=True)
    assert "le dossier vous est ouvert" in answer.text
    late = leroy.post(reverse("claim_expertise", args=[request.pk]), follow=True)
    assert "Amrani vient de prendre cette demande" in late.text
    assert [amrani.get(record).status_code, leroy.get(page).status_code] == [200, 404]
    said = Consent.objects.get(patient=scene.patient, practitioner=scene.first)
    assert (said.decision, said.recorded_by) == (Decision.AGREES, scene.first.user)

    amrani.post(reverse("ask_expertise_detail", args=[request.pk]), {"words": "Saigne-t-elle ?"})
    scene.doctor.client.post(reverse("give_expertise_detail", args=[request.pk]), {"words": "Non."})
    refused = amrani.post(reverse("answer_expertise", args=[request.pk]), {"conclusion": "Nævus banal."})
    assert refused.status_code == 422
    assert "Nævus banal." in refused.text
    data = {"conclusion": "Nævus banal.", "action": "watch", "within": "half-year", "details": "Revoir."}
    amrani.post(reverse("answer_expertise", args=[request.pk]), data)
    shown = scene.doctor.client.get(page)
    assert "Nævus banal." in shown.text
    assert scene.doctor.client.get(reverse("expertise_pdf", args=[request.pk])).content[:5] == b"%PDF-"
    scene.doctor.client.post(reverse("read_expertise", args=[request.pk]))
    request.refresh_from_db()
    assert (request.state, request.owner, request.holder) == (S.CLOSED, None, scene.first)
    assert [event.verb for event in request.events.all()] == [
        "written", "sent", "claimed", "asked", "detailed", "answered", "read",
    ]  # fmt: skip
    assert told(request)[2:] == [("asked", "Vandamme"), ("detailed", "Amrani"), ("answered", "Vandamme")]
    patient, reader = open_record(scene.doctor.user, scene.patient.pk)
    titles = [str(line.title) for line in page_of(patient, reader, Wanted()).lines]
    assert [one for one in titles if "vis" in one][:2] == [
        "Avis de Dr Claire Amrani",
        "Avis demandé : Dr Claire Amrani",
    ]
    with time_machine.travel(clock.now() + timedelta(days=29), tick=False):
        assert sign_in(scene.first.user).get(record).status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        assert sign_in(scene.first.user).get(record).status_code == 404


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


def test_an_answer_that_comes_a_moment_after_the_deadline_is_not_lost(scene):
    """Back with the pool while she wrote: what she sends takes it and answers it. With somebody else: it is said."""
    request = claim_expertise(scene.sent(scene.first, Urgency.URGENT), scene.first, actor=scene.first.user)
    data = {"conclusion": "Nævus banal.", "action": "watch", "within": "year"}
    with time_machine.travel(SUNDAY_NOON + timedelta(hours=25), tick=False):
        sweep_expertise()
        request.refresh_from_db()
        assert (request.state, request.holder) == (S.SENT, None)
        sign_in(scene.first.user).post(reverse("answer_expertise", args=[request.pk]), data)
    request.refresh_from_db()
    assert (request.state, request.holder, request.answers.count()) == (S.ANSWERED, scene.first, 1)


def test_a_correction_keeps_what_was_said_before(scene):
    request = scene.answered()
    better = Opinion("À retirer.", "remove", "month")
    correct_answer(request, scene.first, better, "Photo relue.", actor=scene.first.user)
    assert [(one.version, one.conclusion) for one in request.answers.all()] == [
        (2, "À retirer."),
        (1, "Nævus banal."),
    ]
    with pytest.raises(Refusal, match="pas entre vos mains"):
        correct_answer(request, scene.second, better, "Moi aussi.", actor=scene.second.user)
    assert ExpertiseAnswer.objects.standing().get().version == 2
    assert refused_by_database(lambda: request.answers.update(conclusion="x")) == "expertise_is_written_once"


def test_the_fifth_of_the_year_is_done_and_not_billed(scene):
    for number in range(4):
        assert standing_of(ExpertiseAct.TE2, scene.patient, scene.first).done == number
        scene.answered()
    fifth = claim_expertise(scene.sent(), scene.first, actor=scene.first.user)
    page = sign_in(scene.first.user).get(reverse("expertise_request", args=[fifth.pk])).text
    assert "ne sera pas facturée" in page
    answer_expertise(fifth, scene.first, OPINION, actor=scene.first.user)
    bills = ExpertiseBill.objects.order_by("pk")
    assert [
        (one.act, one.practitioner, one.amount, one.is_billable) for one in bills.filter(request=fifth)
    ] == [
        ("RQD", scene.doctor.practitioner, Decimal(10), False),
        ("TE2", scene.first, Decimal(23), False),
    ]
    then, other = date(2025, 6, 1), standing_of(ExpertiseAct.TE2, scene.patient, scene.second)
    before = standing_of(ExpertiseAct.TE2, scene.patient, scene.first, then)
    assert (before.amount, before.done, other.done) == (Decimal(20), 0, 0)
    table = sign_in(scene.first.user).get(reverse("expertise_bills_csv")).text.splitlines()
    assert [line.split(";")[1:2] + line.split(";")[4:] for line in table[1:]] == [
        ["TE2", "oui"]] * 4 + [["TE2", "non"]]  # fmt: skip
    assert sign_in(scene.second.user).get(reverse("expertise_bills_csv")).text.count("TE2") == 0


def test_an_expert_proposes_a_visit_and_its_booking_ends_the_request(scene):
    request = claim_expertise(scene.sent(), scene.first, actor=scene.first.user)
    expert, secretary = sign_in(scene.first.user), sign_in(scene.pool.responsible)
    data = {"conversion": "video", "words": "À voir ensemble."}
    expert.post(reverse("convert_expertise", args=[request.pk]), data)
    request.refresh_from_db()
    assert (request.state, request.owner, told(request)[-1]) == (
        S.CONVERTED, scene.pool.responsible, ("converted", "Vandamme"),
    )  # fmt: skip
    page = secretary.get(reverse("expertise_request", args=[request.pk])).text
    assert ("À voir ensemble." in page, "À retirer" in page, "Téléconsultation à prendre" in page) == (
        False, False, True,
    )  # fmt: skip
    secretary.post(reverse("settle_expertise", args=[request.pk]))
    request.refresh_from_db()
    assert (request.state, Task.objects.open().count()) == (S.CLOSED, 0)


def test_the_lists_cost_the_same_at_one_and_at_thirty(scene, django_assert_num_queries):
    from django.test.utils import CaptureQueriesContext

    scene.sent()
    expert = sign_in(scene.first.user)
    counts = []
    for more in (0, 29):
        for _ in range(more):
            ExpertiseRequestFactory(
                patient=scene.patient, requester=scene.doctor.practitioner, pool=scene.pool, state=S.SENT
            )
        for client, view in ((expert, "a-repondre"), (scene.doctor.client, "miennes")):
            address = f"{reverse('expertise_requests')}?vue={view}"
            client.get(address)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                page = client.get(address)
            counts.append((page.text.count("<tr>") - 1, len(asked)))
    assert [lines for lines, _queries in counts] == [1, 1, 30, 30]
    assert [queries for _lines, queries in counts[:2]] == [queries for _lines, queries in counts[2:]]


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


def test_the_patient_reads_what_is_shown_to_him_and_no_message_names_anything(scene, owner):
    scene.patient = owner.patient
    owner.patient.attending_doctor = scene.doctor.practitioner
    owner.patient.save()
    request = scene.answered()
    space = reverse("my_expertise_answers")
    assert "Nævus" not in owner.client.get(space).text
    scene.doctor.client.post(reverse("share_expertise", args=[request.pk]))
    assert "Nævus" in owner.client.get(space).text
    pdf = reverse("my_expertise_answer_pdf", args=[request.answers.get().pk])
    assert owner.client.get(pdf).content[:5] == b"%PDF-"
    words = []
    for message in OutboxMessage.objects.filter(kind__startswith="expertise."):
        kind = registry.find(message.kind)
        rendered = kind.render([message], kind.load([message]))
        words.append(f"{rendered.subject} {rendered.text}")
    said = " ".join(words).lower()
    assert len(words) >= 4
    for forbidden in ("dermato", "nævus", "lésion", "peau", "retirer", "expertise ", "spécialit", "photo"):
        assert forbidden not in said, forbidden


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


def test_a_death_ends_what_is_open_and_the_patient_takes_away_what_was_answered(scene):
    answered, waiting, drafted = scene.answered(), scene.sent(scene.first), scene.drafted()
    assert end_expertise(scene.patient, scene.doctor.user, "Décès noté.") == [waiting.pk, drafted.pk]
    for one in (answered, waiting, drafted):
        one.refresh_from_db()
    assert (answered.state, waiting.state, drafted.state) == (S.ANSWERED, S.WITHDRAWN, S.WITHDRAWN)
    asked, said = (rows_of(name, scene.patient) for name in ("expertise_requests", "expertise_answers"))
    assert [row["state"] for row in asked] == ["avis à lire", "retirée"]
    assert [(row["from"], row["conclusion"]) for row in said] == [("Dr Claire Amrani", "Nævus banal.")]
    forget_expertise(scene.patient, keep_care=False)
    answered.refresh_from_db()
    assert (answered.state, answered.question, answered.answers.count()) == (S.CLOSED, "", 0)
