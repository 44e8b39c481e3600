"""The screens of those who run workshops: who sees names, and who is enrolled by hand or on the telephone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.models import Enrolment, EnrolmentState, Origin
from appointments.models.workshop import WhoMayEnrol
from core.outbox.models import OutboxMessage
from tests.appointments.workshop_desk.conftest import EVENING, at, seat
from tests.cast import on_monday
from tests.factories.appointments import (
    AppointmentFactory,
    EnrolmentFactory,
    WorkshopCycleFactory,
    WorkshopFactory,
    WorkshopSessionFactory,
)
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db


def all_pages(session, row):
    workshop = session.cycle.workshop
    return {
        "list": reverse("workshop_list"),
        "board": reverse("workshop_board", args=[workshop.pk]),
        "session": at("workshop_session", session),
        "edit": reverse("edit_workshop", args=[workshop.pk]),
        "dates": reverse("plan_sessions", args=[workshop.pk]),
        "csv": reverse("attendance_csv", args=[workshop.pk]),
        "sheet": at("attendance_sheet", session),
        "change": at("change_session", session),
        "cancel": at("cancel_session", session),
        "unenrol": at("unenrol", session, row.reference),
    }


def test_who_opens_what(session, doctor, teammate, owner, outsider, desk, visitor):
    row = seat(session, "Secrètenom")
    pages = all_pages(session, row)
    answers = {
        who: {name: client.get(page).status_code for name, page in pages.items()}
        for who, client in {
            "animator": doctor.client, "desk": desk, "colleague": teammate.client,
            "patient": owner.client, "outsider": outsider.client, "visitor": visitor,
        }.items()
    }  # fmt: skip
    seen = {"list", "board", "session"}
    assert answers == {
        "animator": dict.fromkeys(pages, 200),
        "desk": dict.fromkeys(pages, 200),
        "colleague": {name: 200 if name in seen else 404 for name in pages},
        "patient": dict.fromkeys(pages, 404),
        "outsider": dict.fromkeys(pages, 404),
        "visitor": dict.fromkeys(pages, 302),
    }
    colleague = "".join(teammate.client.get(pages[name]).content.decode() for name in seen)
    assert "Secrètenom" not in colleague
    assert "1/2" in colleague.replace("\u00a0", " ")
    assert "Secrètenom" in doctor.client.get(pages["session"]).content.decode()
    for name in ("mark_attendance", "seat_by_hand", "move_in_queue"):
        for client in (teammate.client, owner.client):
            assert client.post(at(name, session, row.reference), {"mark": "present"}).status_code == 404
    assert teammate.client.post(at("change_seats", session), {"seats": 5}).status_code == 404


def test_a_sensitive_title_stays_between_animators_and_desk(session, doctor, teammate, desk, owner, visitor):
    workshop = session.cycle.workshop
    workshop.is_sensitive, workshop.who, workshop.title = True, WhoMayEnrol.INVITED, "Sevrage"
    workshop.save()
    row = EnrolmentFactory(cycle=session.cycle, patient=owner.patient)
    for name, page in all_pages(session, row).items():
        if name in ("list", "board", "session"):
            assert "Sevrage" not in teammate.client.get(page).content.decode()
        for client in (doctor.client, desk):
            assert client.get(page).status_code == 200
    for page in (reverse("workshops"), "/", reverse("workshop", args=[workshop.slug])):
        answer = visitor.get(page)
        assert "Sevrage" not in answer.content.decode()
    assert visitor.get(reverse("workshop", args=[workshop.slug])).status_code == 404
    assert owner.client.get(reverse("enrol", args=[workshop.slug, session.cycle_id])).status_code == 404
    for page in (reverse("my_space"), reverse("enrolment", args=[row.reference])):
        text = owner.client.get(page).content.decode()
        assert ("Sevrage" not in text, row.reference in text) == (True, True)


def test_the_desk_enrols_on_the_telephone_and_beyond_the_rules_but_not_beyond_the_seats(
    session, desk, doctor
):
    workshop = session.cycle.workshop
    workshop.min_age = 60
    workshop.save()
    patients = PatientFactory.create_batch(3)
    pages = [reverse("enrol_patient", args=[one.pk]) for one in patients]
    shown = desk.get(pages[0])
    assert "à partir de 60" in shown.content.decode().replace("\u00a0", " ")
    for page in pages[:2]:
        assert desk.post(page, {"cycle": session.cycle_id, "step": "enrol"}).status_code == 302
    refused = desk.post(pages[2], {"cycle": session.cycle_id, "step": "enrol"})
    assert (refused.status_code, "dernière place" in refused.content.decode()) == (409, True)
    desk.post(pages[2], {"cycle": session.cycle_id, "step": "wait"})
    assert list(Enrolment.objects.order_by("pk").values_list("state", "origin")) == [
        ("enrolled", Origin.PHONE),
        ("enrolled", Origin.PHONE),
        ("waiting", Origin.PHONE),
    ]
    assert desk.post(pages[2], {"cycle": "x"}).status_code == 409
    # A stranger's record stays shut to the animator, a patient's of his own opens.
    assert doctor.client.get(pages[0]).status_code == 404
    AppointmentFactory(reason=doctor.reason, patient=patients[0], start_at=on_monday(9))
    assert doctor.client.get(pages[0]).status_code == 200


def test_the_waiting_list_by_hand(session, doctor):
    first, last = (
        seat(session, name, EnrolmentState.WAITING, rank) for rank, name in enumerate(("Un", "Deux"), start=1)
    )
    page = at("move_in_queue", session, last.reference)
    silent = doctor.client.post(page, {"position": "1", "reason": ""}, HTTP_HX_REQUEST="true")
    assert silent.status_code == 409
    for nonsense in ("", "x", "0", "99999999999"):
        assert doctor.client.post(page, {"position": nonsense, "reason": "x"}).status_code == 302
    doctor.client.post(page, {"position": "1", "reason": "Prescription du médecin"})
    assert list(Enrolment.objects.waiting()) == [last, first]
    given = doctor.client.post(at("seat_by_hand", session, first.reference), HTTP_HX_REQUEST="true")
    first.refresh_from_db()
    assert (given.status_code, first.state) == (200, EnrolmentState.ENROLLED)
    assert OutboxMessage.objects.filter(kind="workshops.seated").count() == 0  # nobody to write to
    doctor.client.post(at("unenrol", session, first.reference), {"note": "A appelé"})
    first.refresh_from_db()
    last.refresh_from_db()
    assert (first.state, first.cancel_note, last.state) == ("cancelled", "A appelé", "enrolled")


def test_as_many_queries_for_one_as_for_thirty(
    session, doctor, visitor, owner, django_assert_max_num_queries, django_assert_num_queries
):
    workshop = session.cycle.workshop
    pages = [
        (doctor.client, reverse("workshop_list")),
        (doctor.client, reverse("workshop_board", args=[workshop.pk])),
        (doctor.client, at("workshop_session", session)),
        (doctor.client, at("attendance_sheet", session)),
        (doctor.client, reverse("attendance_csv", args=[workshop.pk])),
        (doctor.client, at("cancel_session", session)),
        (visitor, reverse("workshops")),
        (visitor, reverse("workshop", args=[workshop.slug])),
        (owner.client, reverse("my_space")),
    ]
    EnrolmentFactory(cycle=session.cycle, patient=owner.patient)
    workshop.cycles.update(seats=100)
    for client, page in pages:
        client.get(page)
    counted = []
    for client, page in pages:
        with django_assert_max_num_queries(15) as queries:
            assert client.get(page).status_code == 200
        counted.append(len(queries))
    for number in range(1, 30):
        seat(session)
        seat(session, "Attend", EnrolmentState.WAITING, number)
        more = WorkshopCycleFactory(
            workshop=workshop if number % 2 else WorkshopFactory(animators=[doctor.practitioner]),
            start_at=EVENING + timedelta(days=number),
        )
        WorkshopSessionFactory(cycle=more, start_at=EVENING + timedelta(days=number + 40))
        EnrolmentFactory(cycle=more, patient=owner.patient)
    for (client, page), number in zip(pages, counted, strict=True):
        with django_assert_num_queries(number, info=page):
            assert client.get(page).status_code == 200
