"""The waiting list in the patient's space: asked, explained, left, resumed."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from appointments.export import everything
from appointments.models import WaitingRequest
from tests.appointments.waiting.conftest import _counted, wish
from tests.cast import MONDAY
from tests.factories.appointments import VisitReasonFactory
from tests.factories.waiting import WaitingRequestFactory

pytestmark = pytest.mark.django_db


# The patient ---------------------------------------------------------------------------------------------------------


def test_asked_from_the_results(owner, doctor, teammate):
    url = reverse("ask_place") + f"?motif={doctor.reason.category.slug}&praticien=caron"
    form = owner.client.get(url).context["form"]
    assert form.initial["practitioners"] == [teammate.practitioner.pk]
    data = wish(whom=owner.child.pk, practitioners=[teammate.practitioner.pk], weekdays=[0, 2], half="matin")
    assert owner.client.post(url, data).status_code == 302
    row = WaitingRequest.objects.get()
    assert (row.patient, row.category, row.weekdays, row.half, row.notice_minutes, row.last_day) == (
        owner.child,
        doctor.reason.category,
        [0, 2],
        "matin",
        120,
        date(2026, 12, 20),
    )
    assert list(row.practitioners.all()) == [teammate.practitioner]
    assert (row.asked_by, row.current, row.origin) == (owner.user, None, "online")
    again = owner.client.post(url, data)
    assert (again.status_code, "déjà sur la liste d’attente" in again.text) == (409, True)


def test_asked_for_an_earlier_time(owner, booked, doctor):
    url = reverse("ask_earlier", args=[booked.reference])
    assert owner.client.post(url, wish(last_day="2026-11-23")).status_code == 302
    row = WaitingRequest.objects.get()
    assert (row.current, row.only_earlier, row.patient) == (booked, True, owner.patient)
    assert url in owner.client.get(reverse("appointment", args=[booked.reference])).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_day": ""},
        {"last_day": "2026-11-21", "first_day": "2026-11-25"},
        {"last_day": "2030-01-01"},
        {"notice": "3"},
        {"weekdays": ["lundi"]},
        {"whom": "0"},
        {"practitioners": ["999999"]},
    ],
)
def test_a_wrong_wish_is_explained_and_kept(owner, doctor, teammate, wrong):
    url = reverse("ask_place") + f"?motif={doctor.reason.category.slug}"
    page = owner.client.post(url, wish(whom=owner.patient.pk) | wrong)
    assert (page.status_code, WaitingRequest.objects.count()) == (422, 0)


def test_not_for_other_peoples_visits(outsider, booked, newcomer, doctor):
    assert outsider.client.get(reverse("ask_earlier", args=[booked.reference])).status_code == 404
    assert outsider.client.get(reverse("ask_place")).status_code == 404
    url = reverse("ask_place") + f"?motif={doctor.reason.category.slug}"
    assert newcomer.client.get(url).url == reverse("my_identity")


def test_the_list_of_the_space_and_leaving_it(owner, outsider, offer):
    page = owner.client.get(reverse("my_waiting"))
    assert reverse("offer", args=[offer.token]) in page.text
    assert reverse("my_waiting") in owner.client.get(reverse("my_space")).text
    row = WaitingRequest.objects.get()
    for name in ("leave_list", "resume_waiting"):
        assert outsider.client.post(reverse(name, args=[row.pk])).status_code == 404
        assert owner.client.get(reverse(name, args=[row.pk])).status_code == 405
    assert owner.client.post(reverse("leave_list", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    offer.refresh_from_db()
    assert (row.state, offer.state) == ("withdrawn", "withdrawn")


def test_resumed_from_the_space(owner, doctor):
    row = WaitingRequestFactory(patient=owner.patient, state="paused", notices=3)
    assert "J’attends toujours" in owner.client.get(reverse("my_waiting")).text
    owner.client.post(reverse("resume_waiting", args=[row.pk]))
    row.refresh_from_db()
    assert (row.state, row.notices) == ("open", 0)


def test_the_space_reads_as_often_for_one_as_for_thirty(owner, doctor):
    url = reverse("my_waiting")
    rows = [
        WaitingRequest(
            patient=owner.patient,
            category=VisitReasonFactory(category__slug=f"c{number}").category,
            first_day=MONDAY,
            last_day=MONDAY,
        )
        for number in range(30)
    ]
    WaitingRequest.objects.bulk_create(rows)
    owner.client.get(url)
    before = len(_counted(owner.client, url))
    WaitingRequest.objects.filter(pk__in=[row.pk for row in rows[1:]]).delete()
    assert len(_counted(owner.client, url)) == before


def test_an_offer_is_on_the_first_page_of_the_space_and_in_the_file(offer, owner, outsider):
    link = reverse("offer", args=[offer.token])
    assert link in owner.client.get(reverse("my_space")).text
    assert link not in outsider.client.get(reverse("my_space")).text
    (wish,) = everything(owner.user)["waiting_requests"]
    assert (wish["for"], wish["state"], [one["answer"] for one in wish["offers"]]) == (
        "Jeanne Lefebvre",
        "offered",
        ["sent"],
    )
    assert everything(outsider.user)["waiting_requests"] == []
