"""A session on its day: the sheet on paper, who came in one tap, the minutes that nobody changes afterwards."""

from __future__ import annotations

from datetime import date, time, timedelta

import pypdfium2
import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import Role
from appointments.models import Status
from core import clock
from core.audit.models import AuditEvent
from partnerships.actions.plan_sessions import add_session
from partnerships.actions.write_minutes import NotHeldYet, WhyMissing, Words, write_minutes
from partnerships.models import ConsultationSession, RequestState, SessionMinutes
from tests.cast import sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.partnerships import AdvancedConsultationFactory, AgreementFactory
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory, RoomFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 3)
SECRET = "idées noires depuis la rentrée"


def partner_account(last_name: str):
    user = UserFactory(email=f"{last_name.lower()}@epsm.example", last_name=last_name)
    RoleAssignmentFactory(user=user, role=Role.PARTNER)
    return user


@pytest.fixture
def psychiatrist(db, sunday):
    return partner_account("Fournier")


@pytest.fixture
def session(psychiatrist, coordinator):
    """Thursday 3 December, 14 h–17 h: Jeanne at 14 h, sent by Dr Aubert, and Karim at 14 h 40."""
    programme = AdvancedConsultationFactory()
    AgreementFactory(partner=programme.partner)
    session = ConsultationSession(
        programme=programme,
        practitioner=PractitionerFactory(user=psychiatrist, kind="visiting", last_name="Fournier"),
        room=RoomFactory(place=programme.place, name="Salle 3"),
        start_at=clock.at(DAY, time(14)),
        end_at=clock.at(DAY, time(17)),
        seats=4,
    )
    add_session(session, actor=coordinator)
    first, follow_up = session.opening.reasons.order_by("-duration_minutes")
    for names, start, reason in (
        (("Lefebvre", "Jeanne"), time(14), first),
        (("Benali", "Karim"), time(14, 40), follow_up),
    ):
        AppointmentFactory(
            practitioner=session.practitioner,
            opening=session.opening,
            reason=reason,
            start_at=clock.at(DAY, start),
            patient=PatientFactory(birth_name=names[0], birth_first_names=names[1], phone="+33612345678"),
        )
    jeanne = session.opening.appointments.order_by("start_at").first()
    ConsultationRequestFactory(
        programme=programme,
        patient=jeanne.patient,
        state=RequestState.BOOKED,
        appointment=jeanne,
        requester=PractitionerFactory(last_name="Aubert"),
        urgency="soon",
        facts=SECRET,
        question=SECRET,
    )
    return session


def at(hour: int, minute: int = 0, days: int = 0):
    return time_machine.travel(clock.at(DAY + timedelta(days=days), time(hour, minute)), tick=False)


def visits(session) -> list[str]:
    return list(session.opening.appointments.order_by("start_at").values_list("status", flat=True))


def text_of(content: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(content))


def test_the_sheet_says_who_and_by_whom_and_nothing_of_why(session, coordinator, secretary, psychiatrist):
    address = reverse("print_session_sheet", args=[session.pk])
    answer = secretary.post(address)
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf",
        'inline; filename="seance-2026-12-03.pdf"',
    )
    paper = " ".join(text_of(answer.content).split())
    for words in (
        "Jeudi 3 décembre 2026 · de 14 h à 17 h · Salle 3",
        "Jeanne Lefebvre",
        "date de naissance",
        "06 12 34 56 78",
        "première visite",
        "Aubert",
        "bientôt",
        "Karim Benali",
        "suivi",
        "rendez-vous pris sans demande",
        "Inscrits : 2, pour 4 places",
    ):
        assert words.replace("\xa0", " ") in paper.replace("\xa0", " "), paper
    assert SECRET not in paper
    people = list(session.opening.appointments.order_by("start_at").values_list("pk", "patient"))
    trail = AuditEvent.objects.filter(action="session.sheet_printed").order_by("pk")
    assert [(line.subject_type, line.subject_id, line.patient_id) for line in trail] == [
        ("partnerships.consultationsession", session.pk, None),
        *[("appointments.appointment", pk, patient) for pk, patient in people],
    ]
    with at(13):
        assert sign_in(psychiatrist).post(address).status_code == 200
    assert secretary.get(address).status_code == 405
    assert sign_in(partner_account("Marquis")).post(address).status_code == 404
    # Several at once, for the desk: one session a page.
    many = secretary.post(reverse("print_session_sheets"), {"seance": [session.pk, session.pk, "x"]})
    assert len(pypdfium2.PdfDocument(many.content)) == 1


def test_one_tap_each_and_one_tap_back(session, psychiatrist):
    jeanne, karim = session.opening.appointments.order_by("start_at")

    def tap(visit, word: str):
        return sign_in(psychiatrist).post(
            reverse("note_presence", args=[session.pk, visit.reference, word]), headers={"HX-Request": "true"}
        )

    early = tap(jeanne, "arrive")
    assert (early.status_code, early.context["sentence"]) == (409, "Ce geste se fait le jour du rendez-vous.")
    with at(14, 50):
        for visit, word, states in (
            (jeanne, "arrive", ["arrived", "booked"]),
            (jeanne, "vu", ["fulfilled", "booked"]),
            (jeanne, "revient", ["arrived", "booked"]),
            (jeanne, "revient", ["booked", "booked"]),
            (jeanne, "vu", ["fulfilled", "booked"]),
            (jeanne, "revient", ["booked", "booked"]),
            (karim, "absent", ["booked", "noshow"]),
            (karim, "revient", ["booked", "booked"]),
            (karim, "excuse", ["booked", "cancelled"]),
        ):
            page = tap(visit, word)
            assert (page.status_code, visits(session)) == (200, states), word
        assert page.context["counts"] == {"seen": 0, "absent": 0, "excused": 1, "unmarked": 1}
        assert [presence.value for presence in page.context["lines"][0].gestures] == [
            "arrive",
            "vu",
            "absent",
            "excuse",
        ]
    # What was forgotten is noted the day after: he came, or he did not.
    with at(9, days=1):
        page = sign_in(psychiatrist).get(reverse("consultation_session", args=[session.pk]))
        assert [presence.value for presence in page.context["lines"][0].gestures] == ["vu", "absent"]
        assert tap(jeanne, "vu").status_code == 200
    assert visits(session) == [Status.FULFILLED, Status.CANCELLED]


def test_only_who_holds_it_and_the_desk_see_who_comes(session, secretary, psychiatrist, doctor):
    page = reverse("consultation_session", args=[session.pk])
    assert "Jeanne Lefebvre" in secretary.get(page).text
    assert "Jeanne Lefebvre" in sign_in(psychiatrist).get(page).text
    assert SECRET not in secretary.get(page).text
    colleague = doctor.client.get(page)
    assert (colleague.status_code, "Lefebvre" in colleague.text) == (200, False)
    other = sign_in(partner_account("Marquis"))
    visit = session.opening.appointments.first()
    tap = reverse("note_presence", args=[session.pk, visit.reference, "arrive"])
    assert (other.get(page).status_code, other.post(tap).status_code) == (404, 404)
    assert doctor.client.post(tap).status_code == 404
    # A visit of somebody else's session is not reached through this one.
    stray = AppointmentFactory(practitioner=session.practitioner, start_at=clock.at(DAY, time(9)))
    wrong = reverse("note_presence", args=[session.pk, stray.reference, "arrive"])
    assert sign_in(psychiatrist).post(wrong).status_code == 404


def test_minutes_are_closed_with_what_was_counted_and_kept(session, coordinator, bureau, psychiatrist):
    page = reverse("session_minutes", args=[session.pk])
    words = Words(clock.at(DAY, time(14, 10)), clock.at(DAY, time(16, 45)))
    with pytest.raises(NotHeldYet):
        write_minutes(session, words, actor=coordinator)
    jeanne = session.opening.appointments.order_by("start_at").first()
    with at(15):
        sign_in(psychiatrist).post(reverse("note_presence", args=[session.pk, jeanne.reference, "vu"]))
        typed = {
            "worked_from": "14:10",
            "worked_until": "13:00",
            "points": "Prévoir une lampe",
            "step": "close",
        }
        wrong = sign_in(psychiatrist).post(page, typed)
        assert (wrong.status_code, wrong.context["form"].errors["worked_until"]) == (
            422,
            ["L’heure de départ doit suivre l’heure d’arrivée."],
        )
        assert "Prévoir une lampe" in wrong.text
        sign_in(psychiatrist).post(page, typed | {"worked_until": "16:45", "step": "save"})
        draft = SessionMinutes.objects.get()
        assert (draft.version, draft.is_closed, draft.worked_minutes, draft.seen) == (1, False, 155, None)
        sign_in(psychiatrist).post(
            page, typed | {"worked_until": "16:50", "incidents": "Retard", "step": "save"}
        )
        draft.refresh_from_db()
        assert draft.worked_minutes == 160
        sign_in(psychiatrist).post(page, typed | {"worked_until": "16:45"})
        closed = SessionMinutes.objects.get()
        assert (closed.closed_by, closed.closed_at, closed.points) == (
            psychiatrist,
            clock.now(),
            "Prévoir une lampe",
        )
        assert (closed.seen, closed.absent, closed.excused, closed.unmarked) == (1, 0, 0, 1)
    for change in (
        lambda: SessionMinutes.objects.update(points="Autre chose"),
        lambda: SessionMinutes.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with at(9, days=1):
        with pytest.raises(WhyMissing):
            write_minutes(session, words, actor=coordinator, close=True)
        fresh = sign_in(coordinator)
        assert fresh.post(page, typed | {"worked_until": "17:00"}).status_code == 422
        fresh.post(page, typed | {"worked_until": "17:00", "why": "Parti plus tard"})
        assert list(SessionMinutes.objects.values_list("version", "why", "closed_by")) == [
            (1, "", psychiatrist.pk),
            (2, "Parti plus tard", coordinator.pk),
        ]
        assert SessionMinutes.objects.standing().get().version == 2
        shown = fresh.get(page)
        assert [one.version for one in shown.context["closed"]] == [2, 1]
    assert [line.action for line in AuditEvent.objects.filter(action__contains="minutes").order_by("pk")] == [
        "session.minutes_written",
        "session.minutes_written",
        "session.minutes_closed",
        "session.minutes_closed",
    ]


def test_the_home_of_who_comes_from_a_partner(session, psychiatrist, coordinator, django_assert_num_queries):
    home = reverse("my_consultation_sessions")
    client = sign_in(psychiatrist)
    page = client.get(home)
    assert [fill.session for fill in page.context["fills"]] == [session]
    assert (page.context["rosters"], "Lefebvre" in page.text) == ([], False)
    with at(13, 30):
        page = sign_in(psychiatrist).get(home)
        assert ("Jeanne Lefebvre" in page.text, SECRET in page.text) == (True, False)
    with at(9, days=1):
        assert list(sign_in(psychiatrist).get(home).context["past"]) == [session]
    assert sign_in(partner_account("Marquis")).get(home).context["fills"] == []
    assert sign_in(coordinator).get(home).status_code == 404
    with django_assert_num_queries(10):
        client.get(home)
    for week in range(2, 22):
        start = session.start_at + timedelta(weeks=week)
        add_session(
            ConsultationSession(
                programme=session.programme,
                practitioner=session.practitioner,
                start_at=start,
                end_at=start + timedelta(hours=3),
                seats=4,
            ),
            actor=coordinator,
        )
    with django_assert_num_queries(10):
        assert len(client.get(home).context["fills"]) == 21


def test_who_comes_from_a_partner_begins_with_his_sessions(psychiatrist, doctor, rf):
    from accounts.adapter import first_page
    from msp_portal.menu import doors_of

    assert first_page(psychiatrist) == reverse("my_consultation_sessions")
    assert first_page(doctor.user) == reverse("my_day")
    names = {door.url_name for door in doors_of(psychiatrist)}
    assert "my_consultation_sessions" in names
    assert names.isdisjoint(
        {"schedule", "partners", "partners_desk", "waiting_list", "resources", "my_openings"}
    )
