"""One tap a presence; who waits is on no sheet; the table for reports is harmless."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from appointments.models import Attendance, EnrolmentState, SessionState
from appointments.workshop_roster import harmless
from core.audit.models import AuditEvent
from tests.appointments.workshop_desk.conftest import EVENING, at, seat
from tests.cast import sign_in

pytestmark = pytest.mark.django_db


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
