"""Bad input from strangers: every public address and every form of the booking explains or hides, and never breaks."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from appointments.actions.hold import hold
from tests.cast import on_monday
from tests.factories.appointments import WorkshopCycleFactory, WorkshopFactory

NASTY = [
    "\x00",
    "%00",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "9" * 40,
    "-1",
    "١٢",  # digits, but not ours
    "𝔘𝔫𝔦" * 50,
    "../../etc/passwd",
    "{{ 7*7 }}",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "\ud7ff\u202e",
]
PARAMETERS = (
    "profession",
    "motif",
    "praticien",
    "ou",
    "lieu",
    "langue",
    "moment",
    "du",
    "quand",
    "page",
    "pour",
)


@pytest.mark.parametrize("value", NASTY)
def test_every_criterion_of_the_public_pages(visitor, doctor, value):
    for path in (reverse("find"), reverse("directory"), doctor.practitioner.get_absolute_url(), "/"):
        for name in PARAMETERS:
            assert visitor.get(path, {name: value}).status_code in (200, 404)
        assert visitor.get(path, dict.fromkeys(PARAMETERS, value)).status_code in (200, 404)


@pytest.mark.parametrize("value", NASTY)
def test_every_reference(owner, visitor, value):
    for client in (visitor, owner.client):
        for path in (
            f"/rendez-vous/{value}/",
            f"/rendez-vous/{value}/agenda.ics",
            f"/rendez-vous/en-cours/{value}/",
            f"/mon-espace/rendez-vous/{value}/annuler/",
            f"/praticiens/{value}/",
        ):
            assert client.get(path).status_code in (301, 302, 404)
            assert client.post(path, {"x": value}).status_code in (302, 404, 405)


@pytest.mark.parametrize("value", NASTY)
def test_every_field_of_the_booking(owner, doctor, value):
    posted = owner.client.post(reverse("hold_slot"), {"slot": value, "moving": value, "retour": value})
    assert posted.status_code == 404
    owner.client.post(reverse("hold_slot"), {"slot": f"{doctor.reason.pk}.{int(on_monday(9).timestamp())}"})
    held = owner.client.session["visitor"]
    assert held
    page = reverse("booking", args=[doctor.practitioner.appointments.get().reference])
    for whom in (value, "moi", "proche", str(owner.patient.pk)):
        names = ("birth_first_names", "birth_name", "used_name", "birth_date", "sex", "phone", "relation")
        data = {f"{part}-{name}": value for part in ("moi", "proche") for name in names}
        answer = owner.client.post(page, {"whom": whom, "patient_message": value * 30, **data})
        assert answer.status_code in (302, 422)
    assert owner.client.post(page, {"whom": [value, value]}).status_code in (302, 422)


@pytest.mark.parametrize("value", NASTY)
def test_every_field_of_a_workshop(owner, doctor, visitor, value):
    workshop = WorkshopFactory(slug="bien-dormir", animators=[doctor.practitioner])
    cycle = WorkshopCycleFactory(workshop=workshop, start_at=on_monday(18))
    assert visitor.get(reverse("workshops"), {"nature": value}).status_code == 200
    assert visitor.get(f"/ateliers/{value}/").status_code in (301, 404)
    enrol = reverse("enrol", args=[workshop.slug, cycle.pk])
    names = ("birth_first_names", "birth_name", "used_name", "birth_date", "sex", "phone", "relation")
    data = {f"{part}-{name}": value for part in ("moi", "proche") for name in names}
    for whom in (value, "moi", "proche"):
        assert owner.client.post(enrol, {"whom": whom, "step": value, **data}).status_code == 422
    form = dict.fromkeys(
        [
            *(
                "title",
                "kind",
                "description",
                "animators",
                "who",
                "unit",
                "seats",
                "min_age",
                "place",
                "room",
            ),
            *("price", "contact", "withdraw_limit_hours", "count", "weekday", "start_time", "end_time"),
            *("every_n_weeks", "first", "day", "note"),
        ],
        value,
    )
    session = cycle.sessions.get()
    for step in ("preview", "check", "save"):
        for name, key in (
            ("edit_workshop", workshop.pk),
            ("plan_sessions", workshop.pk),
            ("change_session", session.pk),
        ):
            answer = doctor.client.post(reverse(name, args=[key]), {**form, "step": step})
            assert answer.status_code in (302, 422), name
    seats = doctor.client.post(reverse("change_seats", args=[session.pk]), {"seats": value})
    assert seats.status_code == 302


class AnyTextTest(TestCase):
    @settings(max_examples=20)
    @given(st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=60), max_size=6))
    def test_the_search_answers_anything(self, asked):
        assert self.client.get(reverse("find"), asked).status_code == 200

    @settings(max_examples=20)
    @given(st.text(max_size=60), st.text(max_size=30))
    def test_the_tap_answers_anything(self, slot, moving):
        answer = self.client.post(reverse("hold_slot"), {"slot": slot, "moving": moving})
        assert answer.status_code == 404


def test_the_largest_instants_are_no_slots(visitor, doctor):
    for start in (0, 99_999_999_999, 10_000_000_000):
        answer = visitor.post(reverse("hold_slot"), {"slot": f"{doctor.reason.pk}.{start}"})
        assert answer.status_code == 409


def test_a_hold_of_nobody_is_missing(doctor, visitor):
    held = hold(doctor.reason, on_monday(9), holder="anne")
    assert visitor.get(reverse("booking", args=[held.reference])).status_code == 404
