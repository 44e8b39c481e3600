"""Cooperation protocols at booking: who may receive, what is asked, what is kept, and a delegation that ends."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from appointments.actions.book import book
from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.hold import hold
from appointments.availability import free_slots
from appointments.conditions import (
    AskedOneByOne,
    DoesNotFit,
    NotAllowed,
    QuestionsMissing,
    check_nothing_to_ask,
    questions_of,
)
from appointments.models import Appointment, Disruption, Status, VisitReason
from coordination.actions.cooperate import (
    TiedElsewhere,
    end_cooperation,
    end_delegation,
    resume,
    save_cooperation,
    suspend,
)
from coordination.models import AdverseEvent, CooperationProtocol, InclusionCheck
from core import clock
from core.refusal import Refusal
from tests import export
from tests.cast import MONDAY, on_monday
from tests.coordination.cooperation_cast import QUESTIONS, tie, train
from tests.coordination.meeting_cast import make_desk


def slots(doctor):
    reason = VisitReason.objects.select_related("practitioner").get(pk=doctor.reason.pk)
    return free_slots([reason], on_monday(0), on_monday(23), now=clock.now())


def fitting(doctor) -> dict[str, bool]:
    return {question.key: question.wanted for question in questions_of(doctor.reason)}


def at_desk(doctor, owner, answers, hour=8):
    return book_at_desk(
        doctor.reason,
        on_monday(hour),
        owner.patient,
        actor=doctor.user,
        place=doctor.practitioner.openings.get().place,
        answers=answers,
    )


@pytest.mark.django_db
def test_no_false_slot_is_shown(doctor, teammate):
    assert len(slots(doctor)) == 6
    protocol = tie(doctor)
    assert slots(doctor) == []
    assert len(slots(teammate)) == 6
    row = train(protocol, doctor)
    assert len(slots(doctor)) == 6
    end_delegation(row, actor=doctor.user, last_day=MONDAY - timedelta(days=1))
    assert slots(doctor) == []
    train(protocol, doctor, until=MONDAY)
    assert len(slots(doctor)) == 6
    suspend(protocol, actor=doctor.user, why="Audit")
    assert slots(doctor) == []
    resume(protocol, actor=doctor.user)
    end_cooperation(protocol, actor=doctor.user, last_day=MONDAY - timedelta(days=1))
    assert slots(doctor) == []


@pytest.mark.django_db
def test_other_reasons_cost_no_query_more(doctor, teammate, django_assert_num_queries):
    tie(teammate)
    with django_assert_num_queries(1):
        free_slots([doctor.reason], on_monday(0), on_monday(23), now=clock.now())


@pytest.mark.django_db
def test_an_untrained_delegate_is_refused_with_a_sentence(doctor, owner):
    protocol = tie(doctor)
    with pytest.raises(NotAllowed, match="n’est pas formé"):
        hold(doctor.reason, on_monday(8), holder="anne")
    with pytest.raises(NotAllowed, match="n’est pas formé"):
        at_desk(doctor, owner, fitting(doctor))
    train(protocol, doctor, until=MONDAY - timedelta(days=1))
    with pytest.raises(NotAllowed, match="La délégation de"):
        at_desk(doctor, owner, fitting(doctor))


@pytest.mark.django_db
def test_the_questions_are_asked_and_kept_as_the_protocol_demands(doctor, owner):
    protocol = tie(doctor)
    train(protocol, doctor)
    with pytest.raises(QuestionsMissing):
        at_desk(doctor, owner, None)
    wrong = dict.fromkeys(fitting(doctor), True)
    with pytest.raises(DoesNotFit, match="ce rendez-vous ne convient pas"):
        at_desk(doctor, owner, wrong)
    assert not Appointment.objects.exists()
    visit = at_desk(doctor, owner, fitting(doctor))
    check = InclusionCheck.objects.get()
    assert (check.appointment, check.answers, check.answered_by) == (visit, [], doctor.user)
    CooperationProtocol.objects.update(keeping="answers")
    at_desk(doctor, owner, fitting(doctor), hour=9)
    kept = InclusionCheck.objects.order_by("pk").last()
    assert kept is not None
    assert [line["yes"] for line in kept.answers] == [True, False]
    taken = export.rows_of("inclusion_checks", owner.patient)
    assert [len(line["answers"]) for line in taken] == [0, 2]
    with pytest.raises(AskedOneByOne, match="un par un"):
        check_nothing_to_ask(doctor.reason)


@pytest.mark.django_db
def test_online_in_plain_french(doctor, owner):
    protocol = tie(doctor)
    train(protocol, doctor)
    owner.client.post(reverse("hold_slot"), {"slot": f"{doctor.reason.pk}.{int(on_monday(9).timestamp())}"})
    held = Appointment.objects.get()
    url = reverse("booking", args=[held.reference])
    assert "plus de 18 ans" in owner.client.get(url).content.decode()
    data = {"whom": str(owner.patient.pk)}
    missing = owner.client.post(url, data)
    assert (missing.status_code, missing.context["form"].questions.errors != {}) == (422, True)
    first, second = fitting(doctor)
    wrong = owner.client.post(url, data | {f"question-{first}": "non", f"question-{second}": "non"})
    assert wrong.status_code == 422
    assert "ce rendez-vous ne convient pas" in wrong.content.decode()
    done = owner.client.post(url, data | {f"question-{first}": "oui", f"question-{second}": "non"})
    assert done.status_code == 302
    assert InclusionCheck.objects.get().appointment == held


@pytest.mark.django_db
def test_at_the_desk_one_screen_asks(doctor, owner):
    protocol = tie(doctor)
    train(protocol, doctor)
    desk = make_desk("secretary")
    url = reverse("book_for_patient", args=[owner.patient.pk])
    slot = {"slot": f"{doctor.reason.pk}.{int(on_monday(8).timestamp())}"}
    asked = desk.client.post(url, slot)
    assert 'data-testid="questions"' in asked.content.decode()
    first, second = fitting(doctor)
    answers = {"questions": "1", f"question-{first}": "oui", f"question-{second}": "non"}
    assert desk.client.post(url, slot | answers).status_code == 302
    assert InclusionCheck.objects.get().appointment.patient == owner.patient


@pytest.mark.django_db
def test_when_the_delegation_ends_booked_patients_are_not_forgotten(doctor, owner):
    protocol = tie(doctor)
    row = train(protocol, doctor)
    visit = at_desk(doctor, owner, fitting(doctor))
    watched = end_delegation(row, actor=doctor.user)
    assert watched.stranded == [visit.pk]
    line = Disruption.objects.get()
    assert (line.appointment, line.cause, line.settled_at) == (visit, "protocol", None)
    train(protocol, doctor)
    line.refresh_from_db()
    assert line.outcome == "kept"


@pytest.mark.django_db
def test_one_reason_has_one_protocol(doctor):
    tie(doctor)
    with pytest.raises(TiedElsewhere):
        tie(doctor, title="Autre")
    protocol = CooperationProtocol.objects.get()
    save_cooperation(protocol, actor=doctor.user, doctors=[], reasons=[], criteria=QUESTIONS)
    doctor.reason.refresh_from_db()
    assert (doctor.reason.is_conditional, len(slots(doctor))) == (False, 6)


@pytest.mark.django_db
def test_the_screens(doctor, teammate, owner):
    desk = make_desk()
    form = {
        "title": "Asalée",
        "level": "national",
        "reference": "Arrêté",
        "acts": "Suivre.",
        "keeping": "passed",
        "start_on": "2026-01-01",
        "doctors": [doctor.practitioner.pk],
        "questions": "Avez-vous du diabète\N{NO-BREAK SPACE}?\n! Êtes-vous enceinte\N{NO-BREAK SPACE}?",
    }
    assert desk.client.post(reverse("add_cooperation"), form).status_code == 302
    protocol = CooperationProtocol.objects.get()
    assert list(protocol.criteria.values_list("question", "is_exclusion")) == [
        ("Avez-vous du diabète\N{NO-BREAK SPACE}?", False),
        ("Êtes-vous enceinte\N{NO-BREAK SPACE}?", True),
    ]
    page = reverse("cooperation", args=[protocol.pk])
    for client in (desk.client, doctor.client, teammate.client):
        assert client.get(page).status_code == 200
    assert owner.client.get(page).status_code == 404
    edit = reverse("edit_cooperation", args=[protocol.pk])
    assert (doctor.client.get(edit).status_code, teammate.client.get(edit).status_code) == (200, 404)
    event = {"happened_on": "2026-11-20", "severity": "minor", "description": "Photo floue."}
    assert teammate.client.post(reverse("report_event", args=[protocol.pk]), event).status_code == 302
    row = AdverseEvent.objects.get()
    answer = reverse("answer_event", args=[protocol.pk, row.pk])
    assert teammate.client.post(answer, {"answer": "Refaite."}).status_code == 404
    assert doctor.client.post(answer, {"answer": "Refaite."}).status_code == 302
    row.refresh_from_db()
    assert row.answer == "Refaite."
    bad = desk.client.post(reverse("add_delegate", args=[protocol.pk]), {"practitioner": "x"})
    assert bad.status_code == 422


@pytest.mark.django_db(transaction=True)
def test_a_delegation_that_ends_while_somebody_books(doctor, owner):
    """Whoever comes first: never a booked visit without a delegation that the worklist does not know of."""
    protocol = tie(doctor)
    row = train(protocol, doctor)
    held = hold(doctor.reason, on_monday(8), holder="anne")
    answers = fitting(doctor)
    start, outcome = threading.Barrier(2), []

    def book_it() -> None:
        start.wait()
        try:
            book(held, holder="anne", patient=owner.patient, actor=owner.user, answers=answers)
            outcome.append("booked")
        except Refusal:
            outcome.append("refused")
        finally:
            connection.close()

    def end_it() -> None:
        start.wait()
        try:
            end_delegation(row, actor=doctor.user)
        finally:
            connection.close()

    threads = [threading.Thread(target=book_it), threading.Thread(target=end_it)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    visit = Appointment.objects.get()
    stranded = Disruption.objects.filter(appointment=visit, cause="protocol").exists()
    assert (outcome, visit.status == Status.BOOKED, stranded) in [
        (["booked"], True, True),
        (["refused"], False, False),
    ]
