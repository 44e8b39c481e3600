"""The waiting list of the team: its order, on the telephone, offered by hand, ended and resumed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from appointments.actions.hold import hold
from appointments.actions.offer_freed import offer_freed
from appointments.models import SlotOffer, WaitingRequest
from core.audit.models import AuditEvent
from tests.appointments.waiting.conftest import _counted, wish
from tests.cast import on_monday
from tests.factories.appointments import OpeningFactory
from tests.factories.patients import PatientFactory
from tests.factories.waiting import WaitingRequestFactory

pytestmark = pytest.mark.django_db


# The team ------------------------------------------------------------------------------------------------------------


def test_the_list_in_its_order_for_desk_and_doctor(desk, doctor, teammate, owner, outsider):
    WaitingRequestFactory(patient__birth_name="Deux")
    WaitingRequestFactory(patient__birth_name="Un", priority=1, practitioners=[doctor.practitioner])
    rows = [row.patient.birth_name for row, _ in desk.get(reverse("waiting_list")).context["rows"]]
    own = [row.patient.birth_name for row, _ in doctor.client.get(reverse("waiting_list")).context["rows"]]
    none = teammate.client.get(reverse("waiting_list")).context["rows"]
    assert (rows, own, none) == (["Un", "Deux"], ["Un"], [])
    for person in (owner, outsider):
        for name in ("waiting_list", "offered_slots"):
            assert person.client.get(reverse(name)).status_code == 404


def test_a_long_list_goes_on_over_the_page_with_its_ranks(desk, monkeypatch):
    monkeypatch.setattr("appointments.views.waiting_list.PER_PAGE", 2)
    for name in ("Un", "Deux", "Trois"):
        WaitingRequestFactory(patient__birth_name=name)
    url = reverse("waiting_list")
    first, second = desk.get(url), desk.get(url, {"page": 2})
    assert [[row.patient.birth_name for row, _ in page.context["rows"]] for page in (first, second)] == [
        ["Un", "Deux"],
        ["Trois"],
    ]
    assert 'href="?page=2"' in first.text
    assert '<span class="waiting-rank">3.</span>' in second.text


def test_on_the_telephone(desk, doctor):
    patient = PatientFactory(birth_name="Deroo", phone="+33612345678")
    url = reverse("add_waiting", args=[patient.pk])
    assert url in desk.get(reverse("patient_record", args=[patient.pk])).text
    data = wish(category=doctor.reason.category_id, priority="1")
    page = desk.post(url, data)
    assert (page.status_code, "l’équipe le lira" in page.text) == (422, True)
    assert desk.post(url, data | {"priority_note": "reporté deux fois"}).status_code == 302
    row = WaitingRequest.objects.get()
    assert (row.patient, row.priority, row.priority_note, row.origin) == (
        patient,
        1,
        "reporté deux fois",
        "phone",
    )
    assert desk.post(url, data | {"priority_note": "encore"}).status_code == 409


def test_another_turn_with_its_reason(desk, offer):
    row = WaitingRequest.objects.get()
    url = reverse("prioritise", args=[row.pk])
    assert desk.post(url, {"priority": "2", "note": ""}).status_code == 422
    assert desk.post(url, {"priority": "2", "note": "demandé par le médecin"}).status_code == 302
    row.refresh_from_db()
    assert (row.priority, row.priority_note) == (2, "demandé par le médecin")
    assert AuditEvent.objects.get(action="waiting.priority").reason == "demandé par le médecin"


def test_offered_by_hand_and_taken_back(desk, doctor):
    row = WaitingRequestFactory()
    url = reverse("waiting_request", args=[row.pk])
    slot = desk.get(url).context["slots"][2]
    assert desk.post(reverse("offer_by_hand", args=[row.pk]), {"slot": slot.value}).status_code == 302
    offer = SlotOffer.objects.get()
    assert (offer.start_at, offer.made_by.last_name, offer.state) == (slot.start_at, "Accueil", "sent")
    again = desk.post(reverse("offer_by_hand", args=[row.pk]), {"slot": slot.value})
    assert (again.status_code, "déjà proposé" in again.text) == (409, True)
    assert "par Sophie Accueil" in desk.get(url).text
    assert "par Sophie Accueil" in desk.get(reverse("offered_slots")).text
    assert desk.post(reverse("take_back_offer", args=[row.pk])).status_code == 302
    offer.refresh_from_db()
    assert offer.state == "withdrawn"


def test_by_hand_a_time_that_is_gone(desk, doctor):
    row = WaitingRequestFactory()
    slot = desk.get(reverse("waiting_request", args=[row.pk])).context["slots"][0]
    hold(doctor.reason, slot.start_at, holder="passant")
    for value in (slot.value, "", "x.y", f"{doctor.reason.pk}.9999999999"):
        page = desk.post(reverse("offer_by_hand", args=[row.pk]), {"slot": value})
        assert (page.status_code, 'role="alert"' in page.text) == (409, True)
    assert SlotOffer.objects.count() == 0


def test_ended_and_resumed_by_the_team(desk, doctor):
    row = WaitingRequestFactory(state="paused", notices=3)
    desk.post(reverse("resume_for_patient", args=[row.pk]))
    row.refresh_from_db()
    assert (row.state, row.notices) == ("open", 0)
    desk.post(reverse("end_waiting", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "withdrawn"
    late = desk.post(reverse("resume_for_patient", args=[row.pk]))
    assert (late.status_code, "déjà terminée" in late.text) == (409, True)


@pytest.mark.parametrize("name", ["prioritise", "offer_by_hand", "take_back_offer", "end_waiting"])
def test_not_by_others_and_not_by_looking(desk, owner, teammate, doctor, name):
    row = WaitingRequestFactory(practitioners=[doctor.practitioner])
    url = reverse(name, args=[row.pk])
    assert desk.get(url).status_code == 405
    for person in (owner, teammate):
        assert person.client.post(url).status_code == 404
        assert person.client.get(reverse("waiting_request", args=[row.pk])).status_code == 404


def test_the_team_reads_as_often_for_one_as_for_thirty(desk, doctor):
    OpeningFactory(practitioner=doctor.practitioner, start_at=on_monday(12), end_at=on_monday(23))
    desk.get(reverse("waiting_list"))
    for name in ("waiting_list", "offered_slots"):
        WaitingRequest.objects.all().delete()
        WaitingRequestFactory.create_batch(2)
        offer_freed()
        few = len(_counted(desk, reverse(name)))
        WaitingRequestFactory.create_batch(28)
        offer_freed()
        assert len(_counted(desk, reverse(name))) == few
