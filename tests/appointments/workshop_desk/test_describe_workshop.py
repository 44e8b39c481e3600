"""An animator describes a workshop, gives it dates and seats, and changes them once he was asked."""

from __future__ import annotations

import pytest
from django.urls import reverse

from appointments.models import Workshop, WorkshopHost, WorkshopSession
from appointments.models.workshop import EnrolmentUnit
from core import clock
from core.outbox.models import OutboxMessage
from tests.appointments.workshop_desk.conftest import EVENING, at, seat
from tests.factories.appointments import AbsenceFactory, EnrolmentFactory

pytestmark = pytest.mark.django_db

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


def test_a_leave_that_was_declared_since_is_said_on_the_date_s_page(session, doctor, teammate):
    WorkshopHost.objects.create(
        session=session, practitioner=doctor.practitioner, start_at=EVENING, end_at=session.end_at
    )
    page = at("workshop_session", session)
    assert doctor.client.get(page).context["obstacles"] == []
    AbsenceFactory(practitioner=doctor.practitioner, start_at=EVENING, end_at=session.end_at)
    assert doctor.client.get(page).context["obstacles"] == ["Dr Claire Vandamme est absent."]
    assert teammate.client.get(page).context["obstacles"] == []
