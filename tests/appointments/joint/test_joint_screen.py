"""The screen on which the desk books two professionals for one patient."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from appointments.models import Appointment, AppointmentChain
from tests.cast import on_monday, sign_in


class TestScreen:
    def ask(self, doctor, teammate, **changes):
        return {
            "un": f"r{doctor.reason.pk}",
            "autre": f"r{teammate.reason.pk}",
            "comment": "ensemble",
            "attente": 30,
            "battement": 0,
        } | changes

    def test_found_and_booked(self, doctor, teammate, owner, desk):
        client, there = sign_in(desk), reverse("joint", args=[owner.patient.pk])
        assert there in client.get(reverse("patient_record", args=[owner.patient.pk])).text
        assert client.get(there).context["pairs"] is None
        page = client.get(there, self.ask(doctor, teammate))
        assert [pair.first.start_at for pair in page.context["pairs"]][:2] == [on_monday(8), on_monday(8, 20)]
        sent = {"pair": page.context["pairs"][0].value, "key": str(page.context["key"])}
        for _twice in range(2):
            answer = client.post(page.context["address"], sent)
        host = Appointment.objects.get(accompanies=None)
        assert answer.url == reverse("booked_for_patient", args=[owner.patient.pk, host.reference])
        assert "Dr Claire Vandamme et Dr Claire Caron" in client.get(answer.url).text
        assert Appointment.objects.count() == 2
        lost = client.post(page.context["address"], sent | {"key": str(uuid.uuid4())})
        assert (lost.status_code, "rien n’est réservé" in lost.context["sentence"]) == (409, True)

    def test_any_of_a_kind_one_after_the_other(self, doctor, teammate, owner, desk):
        client, there = sign_in(desk), reverse("joint", args=[owner.patient.pk])
        anybody = f"c{doctor.reason.category_id}"
        page = client.get(there, self.ask(doctor, teammate, un=anybody, autre=anybody, comment="suite"))
        first = page.context["pairs"][0]
        assert (first.first.start_at, first.second.start_at, first.wait) == (
            on_monday(8),
            on_monday(8, 20),
            0,
        )
        client.post(page.context["address"], {"pair": first.value, "key": str(page.context["key"])})
        assert AppointmentChain.objects.count() == 1

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"un": ""}, "un"),
            ({"un": "r999999"}, "un"),
            ({"attente": -1}, "attente"),
            ({"attente": "x"}, "attente"),
            ({"attente": 5, "battement": 10}, "attente"),
            ({"du": "2026-12-01", "au": "2026-11-30"}, "au"),
            ({"comment": "x"}, "comment"),
        ],
    )
    def test_what_is_typed_is_checked(self, doctor, teammate, owner, desk, changes, field):
        there = reverse("joint", args=[owner.patient.pk])
        answer = sign_in(desk).get(there, self.ask(doctor, teammate, **changes))
        assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})

    def test_one_person_is_not_two(self, doctor, owner, desk):
        there = reverse("joint", args=[owner.patient.pk])
        answer = sign_in(desk).get(there, self.ask(doctor, doctor))
        assert set(answer.context["form"].errors) == {"autre"}

    @pytest.mark.parametrize("value", ["", "x", "1.1_1.1", "0.99999999999_1.1", "9" * 40])
    def test_nonsense_books_nothing(self, doctor, teammate, owner, desk, value):
        client, there = sign_in(desk), reverse("joint", args=[owner.patient.pk])
        page = client.get(there, self.ask(doctor, teammate))
        assert client.post(page.context["address"], {"pair": value}).status_code == 409
        assert Appointment.objects.count() == 0

    def test_who_may(self, doctor, teammate, owner, outsider):
        there = reverse("joint", args=[owner.patient.pk])
        assert [who.client.get(there).status_code for who in (owner, outsider, teammate)] == [404] * 3
