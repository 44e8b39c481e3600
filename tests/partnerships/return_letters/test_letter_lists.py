"""Letters and requests are listed whole, a page at a time, for the price of one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from partnerships.models import RequestState, ReturnLetter
from tests.cast import sign_in
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.partnerships.return_letters.conftest import WORDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_letter(seen, desk, psychiatrist):
    sign_in(psychiatrist.user).post(reverse("write_return_letter", args=[seen.pk]), WORDS)
    letter = ReturnLetter.objects.get()
    letter.shared_at = clock.now()
    letter.save(update_fields=["shared_at"])
    return letter


def more_letters(letter: ReturnLetter, number: int) -> None:
    for _ in range(number):
        letter.pk, letter._state.adding = None, True
        letter.save(force_insert=True)


def cost(client, address: str) -> tuple[int, int]:
    """How many lines the page shows, how many questions it asked."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address).context["page"]
    return len(page), len(queries)


@pytest.mark.parametrize("who", ["desk", "author", "asked"])
def test_what_came_costs_the_same_for_one_and_for_thirty(who, one_letter, desk, psychiatrist, doctor):
    person = {"desk": desk, "author": sign_in(psychiatrist.user), "asked": sign_in(doctor.user)}[who]
    address = reverse("return_letters")
    shown, few = cost(person, address)
    assert shown == 1
    more_letters(one_letter, 30)
    assert cost(person, address) == (30, few)
    assert cost(person, f"{address}?page=2") == (1, few)


def test_the_patients_copies_cost_the_same_for_one_and_for_thirty(one_letter, owner, outsider):
    address, patient = reverse("my_return_letters"), sign_in(owner.user)
    shown, few = cost(patient, address)
    assert shown == 1
    more_letters(one_letter, 30)
    assert cost(patient, address) == (30, few)
    assert cost(patient, f"{address}?page=2") == (1, few)
    assert cost(sign_in(outsider.user), address)[0] == 0


def test_the_patients_requests_cost_the_same_for_one_and_for_forty(seen, desk, owner, outsider, doctor):
    address, patient = reverse("my_consultation_requests"), sign_in(owner.user)
    shown, few = cost(patient, address)
    assert shown == 1
    for _ in range(40):
        ConsultationRequestFactory(
            patient=owner.patient,
            requester=doctor.practitioner,
            state=RequestState.RECEIVED,
        )
    assert cost(patient, address) == (40, few)
    assert cost(patient, f"{address}?page=2") == (1, few)
    assert cost(sign_in(outsider.user), address)[0] == 0
