"""The screens of those who run workshops: who sees names, one tap a presence, sheets, dates, the telephone."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Role
from appointments.models import (
    Attendance,
    Enrolment,
    EnrolmentState,
    Origin,
    SessionState,
    Workshop,
    WorkshopHost,
    WorkshopSession,
)
from appointments.models.workshop import EnrolmentUnit, WhoMayEnrol
from appointments.workshop_roster import harmless
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from tests.cast import on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
    EnrolmentFactory,
    WorkshopCycleFactory,
    WorkshopFactory,
    WorkshopSessionFactory,
)
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db

EVENING = on_monday(18)


@pytest.fixture
def session(doctor):
    workshop = WorkshopFactory(
        title="Bien dormir", slug="bien-dormir", seats=2, animators=[doctor.practitioner]
    )
    return WorkshopCycleFactory(workshop=workshop, start_at=EVENING).sessions.get()


@pytest.fixture
def secretary(sunday):
    return RoleAssignmentFactory(role=Role.SECRETARY).user


@pytest.fixture
def desk(secretary):
    return sign_in(secretary)


def at(name, session, *more):
    return reverse(name, args=[session.pk, *more])


def seat(session, name="Deroo", state=EnrolmentState.ENROLLED, queue=None, **patient):
    return EnrolmentFactory(
        cycle=session.cycle, patient=PatientFactory(birth_name=name, **patient), state=state, queue=queue
    )


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


def test_one_tap_a_presence_and_the_same_tap_takes_it_back(session, doctor):
    row = seat(session)
    page = at("mark_attendance", session, row.reference)
    early = doctor.client.post(page, {"mark": "present"}, HTTP_HX_REQUEST="true")
    assert (early.status_code, Attendance.objects.count()) == (409, 0)
    assert doctor.client.post(page, {"mark": "excused"}).status_code == 302
    with time_machine.travel(EVENING, tick=False):
        client = sign_in(doctor.user)
        tapped = client.post(page, {"mark": "present"}, HTTP_HX_REQUEST="true")
        assert tapped.status_code == 200
        assert 'aria-pressed="true"' in tapped.content.decode()
        assert Attendance.objects.get().mark == "present"
        assert client.post(page, {"mark": "absent"})["Location"] == at("workshop_session", session)
        assert Attendance.objects.get().mark == "absent"
        client.post(page, {"mark": ""})
        assert Attendance.objects.count() == 0
        assert client.post(page, {"mark": "n’importe quoi"}).status_code == 302
    session.refresh_from_db()
    assert session.state == SessionState.HELD
    trail = AuditEvent.objects.filter(action="workshop.attendance").order_by("pk")
    assert [line.detail["mark"] for line in trail] == ["excused", "present", "absent", "", ""]


def test_who_waits_is_on_no_sheet(session, doctor):
    seat(session)
    seat(session)
    waiting = seat(session, "Attend", EnrolmentState.WAITING, 1)
    with time_machine.travel(EVENING, tick=False):
        client = sign_in(doctor.user)
        answer = client.post(
            at("mark_attendance", session, waiting.reference), {"mark": "present"}, HTTP_HX_REQUEST="true"
        )
        assert answer.status_code == 409
        assert "Attend" not in client.get(at("attendance_sheet", session)).content.decode()


def test_the_table_for_reports_is_harmless_and_whole(session, doctor):
    seated = seat(session, "=HYPERLINK(0)", birth_first_names="Zoé")
    seat(session, "Deroo")
    Attendance.objects.create(enrolment=seated, session=session, mark="present")
    answer = doctor.client.get(reverse("attendance_csv", args=[session.cycle.workshop_id]))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode("utf-8-sig").splitlines() == [
        "Date;Début;Fin;Séance;Nom;Prénom;Inscrit;Présence",
        "23/11/2026;18:00;20:00;prévue;'=HYPERLINK(0);Zoé;en ligne;présent",
        "23/11/2026;18:00;20:00;prévue;Deroo;Jeanne;en ligne;",
    ]
    assert AuditEvent.objects.filter(action="workshop.exported").count() == 1
    assert [harmless(text) for text in ("+1", "-1", "@x", "\tx", "Deroo")] == [
        "'+1",
        "'-1",
        "'@x",
        "'\tx",
        "Deroo",
    ]


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


FORM = {
    "title": "Équilibre",
    "kind": "prevention",
    "description": "Venir en chaussures fermées.",
    "who": "everybody",
    "unit": "date",
    "seats": "8",
    "withdraw_limit_hours": "24",
    "is_listed": "on",
}


def test_an_animator_describes_a_workshop_and_stays_in_it(doctor, teammate, session):
    place = session.place_id
    page = reverse("add_workshop")
    assert doctor.client.get(page).status_code == 200
    alone = doctor.client.post(page, FORM | {"place": place, "animators": [teammate.practitioner.pk]})
    assert (alone.status_code, "Gardez votre nom" in alone.content.decode()) == (422, True)
    both = [doctor.practitioner.pk, teammate.practitioner.pk]
    saved = doctor.client.post(page, FORM | {"place": place, "animators": both})
    row = Workshop.objects.get(title="Équilibre")
    assert saved["Location"] == reverse("workshop_board", args=[row.pk])
    assert (row.slug, row.created_by, row.animators.count()) == ("equilibre", doctor.user, 2)
    sensitive = FORM | {"place": place, "animators": both, "is_sensitive": "on"}
    refused = doctor.client.post(reverse("edit_workshop", args=[row.pk]), sensitive)
    assert (refused.status_code, "sur invitation" in refused.content.decode()) == (422, True)
    changed = FORM | {"place": place, "animators": both, "title": "Équilibre et marche"}
    assert doctor.client.post(reverse("edit_workshop", args=[row.pk]), changed).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.slug) == ("Équilibre et marche", "equilibre")


def test_dates_are_shown_then_saved_without_those_unticked(session, doctor, booked):
    workshop = session.cycle.workshop
    page = reverse("plan_sessions", args=[workshop.pk])
    data = {
        "count": "3", "weekday": "0", "start_time": "09:00", "end_time": "10:00", "every_n_weeks": "1",
        "first": "2026-11-23", "place": workshop.place_id, "room": "", "seats": "6",
    }  # fmt: skip
    shown = doctor.client.post(page, data | {"step": "preview"})
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "serait à replacer" in text
    assert WorkshopSession.objects.count() == 1
    days = ["2026-11-30", "2026-12-07", "2030-01-01"]
    assert doctor.client.post(page, data | {"step": "save", "day": days}).status_code == 302
    made = WorkshopSession.objects.exclude(pk=session.pk).order_by("start_at")
    assert [clock.local(one.start_at).date().isoformat() for one in made] == days[:2]
    assert {one.cycle.seats for one in made} == {6}
    assert doctor.client.post(page, data | {"step": "save"}).status_code == 422
    for name, value in {"count": "99", "end_time": "08:00", "first": "2020-01-01", "seats": "0"}.items():
        assert doctor.client.post(page, data | {"step": "preview", name: value}).status_code == 422
    workshop.unit = EnrolmentUnit.CYCLE
    workshop.save()
    later = data | {"first": "2027-01-04", "step": "save", "day": ["2027-01-04", "2027-01-11"]}
    doctor.client.post(page, later)
    assert Workshop.objects.get().cycles.last().sessions.count() == 2


def test_a_date_is_changed_or_called_off_only_after_being_asked(session, doctor, owner):
    EnrolmentFactory(cycle=session.cycle, patient=owner.patient)
    seat(session, "Sans-adresse")
    page = at("change_session", session)
    data = {"day": "2026-11-24", "start_time": "18:00", "end_time": "19:30", "place": session.place_id}
    asked = doctor.client.post(page, data | {"step": "check"})
    assert (asked.context["told"], [str(one) for one in asked.context["silent"]]) == (
        1,
        ["Jeanne Sans-adresse"],
    )
    assert OutboxMessage.objects.count() == 0
    assert doctor.client.post(page, data | {"step": "save"})["Location"] == at("workshop_session", session)
    assert sorted(OutboxMessage.objects.values_list("kind", flat=True)) == [
        "workshops.moved",
        "workshops.reminder",
    ]
    past = doctor.client.post(page, data | {"day": "2026-11-20", "step": "save"})
    assert past.status_code == 422
    asked = doctor.client.get(at("cancel_session", session))
    assert OutboxMessage.objects.filter(kind="workshops.cancelled").count() == 0
    doctor.client.post(at("cancel_session", session), {"reason": "Animateur absent"})
    assert OutboxMessage.objects.filter(kind="workshops.cancelled").count() == 1
    assert doctor.client.get(at("workshop_session", session)).status_code == 200
    session.refresh_from_db()
    assert session.is_cancelled


def test_seats_are_added_and_not_taken_from_those_who_sit(session, doctor):
    seat(session)
    seat(session)
    for value, after in (("3", 3), ("1", 3), ("x", 3), ("999", 3)):
        assert doctor.client.post(at("change_seats", session), {"seats": value}).status_code == 302
        session.cycle.refresh_from_db()
        assert session.cycle.seats == after


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


def test_a_leave_that_was_declared_since_is_said_on_the_date_s_page(session, doctor, teammate):
    WorkshopHost.objects.create(
        session=session, practitioner=doctor.practitioner, start_at=EVENING, end_at=session.end_at
    )
    page = at("workshop_session", session)
    assert doctor.client.get(page).context["obstacles"] == []
    AbsenceFactory(practitioner=doctor.practitioner, start_at=EVENING, end_at=session.end_at)
    assert doctor.client.get(page).context["obstacles"] == ["Dr Claire Vandamme est absent."]
    assert teammate.client.get(page).context["obstacles"] == []
