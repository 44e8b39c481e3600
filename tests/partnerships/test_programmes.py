"""The screens of programmes and sessions, and the link by which a partner answers without an account."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from appointments.models import Disruption, VisitReason
from core import clock
from partnerships.actions.plan_sessions import add_pattern
from partnerships.links import answer_link, session_of
from partnerships.models import AdvancedConsultation, ConsultationSession, SessionPattern, SessionState
from tests.factories.appointments import AppointmentFactory
from tests.factories.partnerships import (
    PartnerFactory,
    PartnerProfessionalFactory,
    SessionPatternFactory,
    agreed_programme,
)
from tests.factories.practitioners import PlaceFactory, RoomFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(sunday):
    return agreed_programme()


@pytest.fixture
def visitor_doctor(programme):
    profession = programme.category.profession
    link = PartnerProfessionalFactory(partner=programme.partner, practitioner__profession=profession)
    return link.practitioner


@pytest.fixture
def session(programme, visitor_doctor, coordinator) -> ConsultationSession:
    pattern = SessionPatternFactory.build(programme=programme, practitioner=visitor_doctor)
    return add_pattern(pattern, actor=coordinator)[0]


def fields(programme) -> dict[str, str]:
    return {
        "name": "Sevrage tabagique",
        "category": str(programme.category_id),
        "place": str(programme.place_id),
        "triage_by": str(programme.triage_by_id),
        "target_delay_days": "21",
        "return_letter_days": "10",
        "confirm_days": "14",
        "first_minutes": "45",
        "follow_up_minutes": "",
        "takes_self_referrals": "on",
        "is_active": "on",
    }


def test_a_programme_is_written_and_its_lengths_follow(bureau, coordinator, programme):
    partner = PartnerFactory(name="CSAPA des Dunes")
    address = reverse("add_programme", args=[partner.pk])
    data = fields(programme) | {"triage_by": str(coordinator.pk)}
    other = RoomFactory(place=PlaceFactory(name="Annexe"))
    page = bureau.post(address, data | {"room": str(other.pk)})
    assert (page.status_code, "Cette salle n’est pas dans ce lieu." in page.content.decode()) == (422, True)

    assert bureau.post(address, data).status_code == 302
    found = AdvancedConsultation.objects.get(name="Sevrage tabagique")
    assert (found.partner, found.takes_self_referrals, found.target_delay_days) == (partner, True, 21)
    assert list(found.reasons.values_list("kind", "duration_minutes")) == [("first", 45)]

    edit = reverse("edit_programme", args=[found.pk])
    bureau.post(edit, data | {"first_minutes": "30", "follow_up_minutes": "15"})
    assert dict(found.reasons.values_list("kind", "duration_minutes")) == {"first": 30, "follow_up": 15}


def test_a_shorter_visit_reaches_who_holds_the_programme(bureau, coordinator, programme, session):
    data = fields(programme) | {"triage_by": str(coordinator.pk), "first_minutes": "50"}
    bureau.post(reverse("edit_programme", args=[programme.pk]), data)
    reasons = dict(VisitReason.objects.values_list("duration_minutes", "is_active"))
    assert reasons == {50: True, 20: False}


def test_the_year_is_shown_before_it_is_saved(bureau, programme, visitor_doctor):
    address = reverse("add_session_pattern", args=[programme.pk])
    data = {
        "practitioner": str(visitor_doctor.pk),
        "weekday": "3",
        "start_time": "14:00",
        "end_time": "17:30",
        "every_n_weeks": "2",
        "valid_from": "2026-11-19",
        "seats": "5",
    }
    page = bureau.post(address, data | {"step": "preview"})
    assert (page.context["kept"], SessionPattern.objects.count()) == (25, 0)
    assert "Ascension" in page.content.decode()
    page = bureau.post(address, data | {"end_time": "13:00", "step": "save"})
    assert (page.status_code, "L’heure de fin doit suivre" in page.content.decode()) == (422, True)
    assert bureau.post(address, data | {"step": "save"}).status_code == 302
    assert ConsultationSession.objects.count() == 25

    pattern = SessionPattern.objects.get()
    bureau.post(reverse("end_session_pattern", args=[pattern.pk]), {"last_day": "2026-12-10"})
    assert [one.pattern_day for one in ConsultationSession.objects.standing()] == [date(2026, 12, 3)]


def test_a_single_session_with_a_room_that_is_taken_is_refused(bureau, programme, session):
    address = reverse("add_consultation_session", args=[programme.pk])
    data = {
        "practitioner": str(session.practitioner_id),
        "day": "2026-12-03",
        "start_time": "16:00",
        "end_time": "18:00",
        "seats": "4",
    }
    page = bureau.post(address, data)
    assert (page.status_code, "Une autre séance occupe déjà" in page.content.decode()) == (422, True)
    assert 'value="16:00"' in page.content.decode()
    assert bureau.post(address, data | {"day": "2026-12-04"}).status_code == 302
    page = bureau.post(address, data | {"day": "2029-12-04"})
    assert "Aucune convention" in page.content.decode()
    page = bureau.post(address, data | {"day": "2026-11-20"})
    assert "Cette heure est passée." in page.content.decode()


def test_the_desk_confirms_replaces_and_cancels(bureau, session, programme, doctor):
    colleague = PartnerProfessionalFactory(
        partner=programme.partner, practitioner__profession=session.practitioner.profession
    ).practitioner
    here = reverse("consultation_session", args=[session.pk])
    assert bureau.post(reverse("confirm_consultation_session", args=[session.pk])).url == here
    session.refresh_from_db()
    assert (session.state, session.confirmed_by) == (SessionState.CONFIRMED, "Claire Morel")

    replace = reverse("replace_consultation_session", args=[session.pk])
    assert doctor.client.get(replace).status_code == 404
    bureau.post(replace, {"practitioner": colleague.pk})
    held = ConsultationSession.objects.get(replaces=session)
    assert (held.practitioner, held.start_at) == (colleague, session.start_at)
    bureau.post(reverse("cancel_consultation_session", args=[held.pk]), {"reason": "Grève"})
    held.refresh_from_db()
    assert (held.state, held.cancel_reason) == (SessionState.CANCELLED, "Grève")
    again = bureau.post(reverse("cancel_consultation_session", args=[held.pk]), {"reason": "Grève"})
    assert "déjà annulée" in again.content.decode()


def test_the_partner_confirms_by_his_link_without_an_account(client, session):
    address = answer_link(session).removeprefix("http://testserver").split("://")[-1]
    address = "/" + address.split("/", 1)[1] if not address.startswith("/") else address
    AppointmentFactory(
        reason=session.opening.reasons.first(),
        start_at=session.start_at,
        opening=session.opening,
        patient__birth_name="Secret",
    )
    page = client.get(address).content.decode()
    assert ("1 sur 5" in page, "Secret" in page) == (True, False)
    page = client.post(address, {"name": "", "answer": "yes"})
    assert page.status_code == 422
    client.post(address, {"name": "Nadine Obin", "answer": "yes"})
    session.refresh_from_db()
    assert (session.state, session.confirmed_by) == (SessionState.CONFIRMED, "Nadine Obin")

    page = client.post(address, {"name": "Nadine Obin", "answer": "no"})
    assert (page.status_code, "Dites en quelques mots pourquoi" in page.content.decode()) == (422, True)
    client.post(address, {"name": "Nadine Obin", "answer": "no", "reason": "Médecin malade"})
    session.refresh_from_db()
    assert (session.state, session.cancel_reason, Disruption.objects.count()) == (
        SessionState.CANCELLED,
        "Médecin malade",
        1,
    )


def test_a_forged_or_late_link_opens_nothing(client, session, time_machine):
    token = answer_link(session).rstrip("/").rsplit("/", 1)[1]
    assert session_of(token) == session
    assert session_of(token[:-2] + "xx") is None
    assert client.get(reverse("answer_session", args=[token[:-2] + "xx"])).status_code == 410
    time_machine.move_to(session.start_at + timedelta(minutes=1), tick=False)
    assert client.get(reverse("answer_session", args=[token])).status_code == 410


def test_lists_cost_the_same_for_one_and_for_twenty_five(
    bureau, session, programme, django_assert_num_queries, django_assert_max_num_queries
):
    addresses = [reverse("consultation_sessions"), reverse("programme", args=[programme.pk])]
    everything = list(ConsultationSession.objects.exclude(pk=session.pk))
    yesterday = clock.now() - timedelta(days=1)
    ConsultationSession.objects.exclude(pk=session.pk).update(
        start_at=yesterday - timedelta(hours=3), end_at=yesterday, state="cancelled", cancelled_at=yesterday
    )
    costs = []
    for address in addresses:
        bureau.get(address)
        with django_assert_max_num_queries(15) as captured:
            bureau.get(address)
        costs.append(len(captured))
    for one in everything:
        one.save()
    for address, cost in zip(addresses, costs, strict=True):
        with django_assert_num_queries(cost):
            bureau.get(address)
