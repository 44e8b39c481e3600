"""An opinion is given and read: corrected, billed four times a year, followed by a visit, shown to the patient."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from coordination.access import open_record
from coordination.models import Task, Urgency
from coordination.timeline_page import Wanted, page_of
from core import clock
from core.outbox import registry
from core.outbox.models import OutboxMessage
from core.refusal import Refusal
from patients.access import readers_of
from patients.models import Consent
from patients.models.consent import Decision
from teleconsult.actions.answer_expertise import Opinion, answer_expertise, claim_expertise, correct_answer
from teleconsult.actions.forget_expertise import forget_expertise
from teleconsult.actions.sweep_expertise import sweep_expertise
from teleconsult.endings_expertise import end_expertise
from teleconsult.expertise_bills import standing_of
from teleconsult.models import ExpertiseAct, ExpertiseAnswer, ExpertiseBill
from tests.cast import SUNDAY_NOON, make_doctor, sign_in
from tests.constraints import refused_by_database
from tests.export import rows_of
from tests.factories.teleconsult_expertise import ExpertiseRequestFactory
from tests.teleconsult.expertise.cast import OPINION, S, told

pytestmark = pytest.mark.django_db


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
