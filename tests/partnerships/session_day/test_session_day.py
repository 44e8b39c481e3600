"""A session on its day: the sheet on paper, who came in one tap, the home of who comes from a partner."""

from __future__ import annotations

from datetime import time, timedelta

import pypdfium2
import pytest
from django.urls import reverse

from appointments.models import Status
from core import clock
from core.audit.models import AuditEvent
from partnerships.actions.plan_sessions import add_session
from partnerships.models import ConsultationSession
from tests.cast import sign_in
from tests.factories.appointments import AppointmentFactory
from tests.partnerships.session_day.conftest import DAY, SECRET, at, partner_account, visits

pytestmark = pytest.mark.django_db


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
        "première consultation",
        "Aubert",
        "bientôt",
        "Karim Benali",
        "suivi",
        "rendez-vous pris sans demande",
        "Places prises : 2 sur 4",
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
