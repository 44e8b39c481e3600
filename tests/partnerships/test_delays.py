"""How long a state may last is said on a screen: for the house, for one programme, from today on."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from core import clock
from core.audit.models import AuditEvent
from partnerships.models import RequestDelay, RequestState
from partnerships.request_delays import delay_for
from tests.factories.partnerships import AdvancedConsultationFactory
from tests.factories.partnerships_request import ConsultationRequestFactory

pytestmark = pytest.mark.django_db


def test_a_programme_has_its_own_delays_and_gives_them_back(coordinator, bureau, secretary):
    programme = AdvancedConsultationFactory(triage_by=coordinator)
    request = ConsultationRequestFactory(programme=programme, state=RequestState.RECEIVED, urgency="soon")
    house = RequestDelay.objects.get(programme=None, state="received", urgency="soon")
    address = reverse("programme_delays", args=[programme.pk])
    assert secretary.get(address).status_code == 404
    assert address in bureau.get(reverse("programme", args=[programme.pk])).text

    def send(amount: str, unit: str = "hours"):
        units = {name: "days" for name in bureau.get(address).context["form"].fields if name.endswith("unit")}
        return bureau.post(address, units | {"received-soon": amount, "received-soon-unit": unit})

    refused = send("0")
    assert (refused.status_code, "Écrivez un nombre de 1 à 240." in refused.text) == (422, True)
    send("6")
    mine = RequestDelay.objects.get(programme=programme)
    assert (mine.state, mine.urgency, mine.amount, mine.unit, mine.since) == (
        "received",
        "soon",
        6,
        "hours",
        clock.today(),
    )
    assert delay_for(request, clock.today()) == mine
    assert delay_for(request, date(2026, 11, 20)) != mine
    send("6")
    send("8")
    assert [one.amount for one in RequestDelay.objects.filter(programme=programme)] == [8]
    send("")
    assert delay_for(request, clock.today()) == house
    assert AuditEvent.objects.filter(action="request_delays.set").count() == 3


def test_the_delays_of_the_house_are_never_empty(bureau):
    page = bureau.get(reverse("request_delays"))
    typed = {field.name: field.value() for field in page.context["form"]}
    assert bureau.post(reverse("request_delays"), typed | {"accepted-urgent": ""}).status_code == 422
    bureau.post(reverse("request_delays"), typed | {"accepted-urgent": "3"})
    latest = RequestDelay.objects.filter(programme=None, state="accepted", urgency="urgent").latest("since")
    assert (latest.amount, latest.since) == (3, clock.today())
