"""« Besoin de voir quelqu'un aujourd'hui ? »: the 15 first, then what is truly left, known patients first."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.core.signing import TimestampSigner
from django.urls import reverse

from appointments.actions.decide_pool import decide_pool
from appointments.models import (
    Appointment,
    Audience,
    Bookability,
    Opening,
    SafetyQuestion,
    Status,
    UnscheduledRelease,
    VisitReason,
)
from appointments.models.unscheduled import Decision
from appointments.unscheduled import pool_of_today, ticket
from core import clock
from core.audit.models import AuditEvent
from tests.cast import make_doctor, on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.house.test_hostile import NASTY

pytestmark = pytest.mark.django_db


@pytest.fixture
def monday(doctor, time_machine):
    """Monday, 8 h 30: the doctor's morning and an hour after lunch are the pool of the day."""
    time_machine.move_to(on_monday(8, 30), tick=False)
    Opening.objects.update(audience=Audience.UNSCHEDULED)
    OpeningFactory(
        practitioner=doctor.practitioner,
        audience=Audience.UNSCHEDULED,
        start_at=on_monday(14),
        end_at=on_monday(15),
    )
    for at, before, everyone_at in ((8, 13, 9), (13, None, None)):
        UnscheduledRelease.objects.create(
            centre=doctor.practitioner.centre,
            profession=doctor.practitioner.profession,
            at=time(at),
            before=time(before) if before else None,
            everyone_at=time(everyone_at) if everyone_at else None,
        )
    return time_machine


@pytest.fixture
def questions(db):
    SafetyQuestion.objects.all().delete()
    return [
        SafetyQuestion.objects.create(
            text=text, position=n, validated_by="Dr Vandamme", validated_on=clock.today()
        )
        for n, text in enumerate(("Avez-vous mal dans la poitrine ?", "Respirez-vous mal ?"))
    ]


def left(*, known=False) -> list[str]:
    pool = pool_of_today(clock.now(), known=known)
    return [f"{clock.local(slot.start_at):%H:%M}" for offer in pool.offers for slot in offer.slots]


def answers(questions, *said) -> dict[str, str]:
    return {f"q{question.pk}": word for question, word in zip(questions, said, strict=False)}


def test_the_house_first_then_everybody_then_the_afternoon(monday, doctor):
    assert left(known=True) == ["08:40", "09:00", "09:20", "09:40"]
    assert left() == []
    stranger = pool_of_today(clock.now(), known=False)
    assert (stranger.left, stranger.for_known, stranger.next_at) == (0, 4, time(9))
    monday.move_to(on_monday(9), tick=False)
    assert left() == ["09:20", "09:40"]
    assert pool_of_today(clock.now(), known=False).next_at == time(13)
    monday.move_to(on_monday(13), tick=False)
    assert left() == ["14:00", "14:20", "14:40"]
    monday.move_to(on_monday(15), tick=False)
    assert (left(), pool_of_today(clock.now(), known=False).next_at) == ([], None)


def test_without_hours_nothing_is_online(monday):
    UnscheduledRelease.objects.all().delete()
    assert left(known=True) == []


def test_what_is_taken_is_not_counted(monday, doctor):
    AppointmentFactory(reason=doctor.reason, start_at=on_monday(9, 20))
    assert left(known=True) == ["08:40", "09:00", "09:40"]


def test_the_team_opens_and_keeps_by_hand(monday, doctor):
    morning, afternoon = Opening.objects.order_by("start_at")
    decide_pool(morning, Decision.WITHHELD, actor=doctor.user)
    decide_pool(afternoon, Decision.RELEASED, actor=doctor.user)
    assert left() == left(known=True) == ["14:00", "14:20", "14:40"]
    decide_pool(morning, "", actor=doctor.user)
    assert left(known=True)[0] == "08:40"
    told = AuditEvent.objects.filter(action="pool.decide")
    assert [line.detail["decision"] for line in told] == ["withheld", "released", "hours"]


def test_an_opening_counts_once_however_many_reasons(monday, doctor):
    VisitReasonFactory(practitioner=doctor.practitioner, name="Enfant", max_age=6, position=1)
    assert left(known=True) == ["08:40", "09:00", "09:20", "09:40"]
    assert {
        slot.reason for offer in pool_of_today(clock.now(), known=True).offers for slot in offer.slots
    } == {doctor.reason}


def test_a_reason_of_the_team_only_where_the_opening_names_it(monday, doctor):
    VisitReason.objects.update(bookable_by=Bookability.STAFF)
    assert left(known=True) == []
    for opening in Opening.objects.all():
        opening.reasons.add(doctor.reason)
    assert left(known=True) == ["08:40", "09:00", "09:20", "09:40"]


def test_the_cost_does_not_grow(monday, doctor, django_assert_num_queries):
    with django_assert_num_queries(4):
        pool_of_today(clock.now(), known=True)
    for number in range(6):
        other = make_doctor(f"Deroo{number}")
        other.practitioner.openings.update(audience=Audience.UNSCHEDULED)
    with django_assert_num_queries(4):
        assert len(pool_of_today(clock.now(), known=True).offers[0].slots) == 28


def test_one_yes_leads_to_the_15_and_keeps_nothing(monday, visitor, questions, caplog):
    monday.move_to(on_monday(9), tick=False)
    trail = AuditEvent.objects.count()
    page = visitor.get(reverse("today"))
    assert "Il reste 2 créneaux" in page.text.replace("\xa0", " ")
    urgent = visitor.post(reverse("today"), answers(questions, "non", "oui"))
    assert urgent.status_code == 200
    assert 'href="tel:15"' in urgent.text
    assert "time datetime" not in urgent.text
    assert dict(visitor.session) == {}
    assert AuditEvent.objects.count() == trail
    assert f"q{questions[0].pk}" not in caplog.text


def test_an_answer_that_is_missing_is_asked_for(monday, visitor, questions):
    monday.move_to(on_monday(9), tick=False)
    half = visitor.post(reverse("today"), answers(questions, "non"))
    assert (half.status_code, "Répondez à toutes les questions" in half.text) == (422, True)
    odd = visitor.post(reverse("today"), answers(questions, "non", "peut-être"))
    assert odd.status_code == 422


def test_no_to_all_then_held_and_booked(monday, owner, doctor, questions):
    """She has been here before: the house's patients come first."""
    AppointmentFactory(
        reason=doctor.reason,
        patient=owner.patient,
        start_at=on_monday(9) - timedelta(days=30),
        status=Status.FULFILLED,
    )
    VisitReason.objects.update(notice_minutes=600)
    doctor.practitioner.accepts_new_patients = False
    doctor.practitioner.save()
    shown = owner.client.post(reverse("today"), answers(questions, "non", "non"), follow=True)
    value = shown.context["pool"].offers[0].slots[0].value
    signed = shown.context["jeton"]
    held = owner.client.post(reverse("hold_today"), {"jeton": signed, "slot": value})
    row = Appointment.objects.get(status=Status.HELD)
    assert (held.url, row.start_at) == (reverse("booking", args=[row.reference]), on_monday(8, 40))
    owner.client.post(held.url, {"whom": owner.patient.pk, "patient_message": ""})
    row.refresh_from_db()
    assert (row.status, row.patient) == (Status.BOOKED, owner.patient)


def test_a_slot_that_is_gone_or_not_released_is_not_held(monday, visitor, doctor, questions):
    value = f"{doctor.reason.pk}.{int(on_monday(9).timestamp())}"
    answer = visitor.post(reverse("hold_today"), {"jeton": ticket(), "slot": value}, follow=True)
    assert "vient d’être pris" in answer.text
    assert "encore gardés pour les patients de la maison" in answer.text
    assert not Appointment.objects.exists()


def test_without_a_fresh_ticket_the_questions_come_first(monday, visitor, questions):
    stale = TimestampSigner(salt="unscheduled").sign("ok")
    monday.move_to(on_monday(9, 30), tick=False)
    for wrong in ("", "ok", stale, ticket() + "x"):
        assert visitor.get(reverse("today_slots"), {"jeton": wrong}).url == reverse("today")
        assert visitor.post(reverse("hold_today"), {"jeton": wrong, "slot": "1.1"}).url == reverse("today")


def test_nothing_is_shown_before_a_doctor_has_validated_the_questions(monday, visitor):
    monday.move_to(on_monday(9), tick=False)
    SafetyQuestion.objects.all().update(validated_on=None)
    page = visitor.get(reverse("today"))
    assert 'data-testid="safety"' not in page.text
    assert "tel:116117" in page.text
    assert visitor.post(reverse("today"), {}).status_code == 200


def test_nothing_left_has_a_human_way_out(monday, visitor, questions, doctor):
    doctor.practitioner.centre.phone = "+33321000000"
    doctor.practitioner.centre.save()
    monday.move_to(on_monday(16), tick=False)
    page = visitor.get(reverse("today"))
    assert "ne reste plus de créneau" in page.text
    assert "tel:+33321000000" in page.text
    empty = visitor.get(reverse("today_slots"), {"jeton": ticket()})
    assert "ne reste plus de créneau" in empty.text


def test_home_shows_the_door(visitor, doctor):
    assert reverse("today") in visitor.get("/").text


def test_the_team_sees_and_steers_the_pool(monday, doctor, teammate, owner):
    address = reverse("unscheduled_pool")
    assert sign_in(owner.user).get(address).status_code == 404
    desk = UserFactory()
    RoleAssignmentFactory(user=desk, role="secretary")
    page = sign_in(desk).get(address)
    lines = {line["opening"].pk: (line["free"], line["offered"]) for line in page.context["lines"]}
    ours = doctor.practitioner.openings.order_by("start_at")
    assert [lines[opening.pk] for opening in ours] == [(4, 0), (3, 0)]
    morning = doctor.practitioner.openings.order_by("start_at").first()
    decide = reverse("decide_pool", args=[morning.pk])
    assert sign_in(teammate.user).post(decide, {"decision": "released"}).status_code == 404
    assert sign_in(owner.user).post(decide, {"decision": "released"}).status_code == 404
    assert sign_in(desk).post(decide, {"decision": ""}).status_code == 404
    assert sign_in(doctor.user).post(decide, {"decision": "released"}).url == address
    assert left()[:1] == ["08:40"]


@pytest.mark.parametrize("value", NASTY)
def test_nothing_typed_breaks_it(monday, visitor, questions, value):
    """Each answer is a page or a redirect, never an error of ours."""
    answers = [
        visitor.post(reverse("today"), {f"q{questions[0].pk}": value, value[:20] or "x": "oui"}),
        visitor.get(reverse("today_slots"), {"jeton": value}),
        visitor.post(reverse("hold_today"), {"jeton": value, "slot": value}),
        visitor.post(reverse("hold_today"), {"jeton": ticket(), "slot": value}),
    ]
    assert {answer.status_code for answer in answers} <= {200, 302, 422}
