"""The form and the script that move a visit: what they answer, what is refused, who may."""

from __future__ import annotations

import pytest
from django.urls import reverse

from appointments.models import Rescheduling
from tests.appointments.reschedule.conftest import NBSP, where
from tests.cast import MONDAY, on_monday, sign_in


def form(doctor, hour, minute=0, **more):
    return {
        "day": MONDAY.isoformat(),
        "hour": f"{hour:02}:{minute:02}",
        "minutes": "20",
        "practitioner": str(doctor.practitioner.pk),
        **more,
    }


@pytest.mark.django_db
def test_the_form_moves_and_offers_the_way_back(booked, doctor, secretary):
    client = sign_in(secretary)
    url = reverse("reschedule", args=[booked.pk])
    assert client.get(url).status_code == 200
    onward = client.post(url, form(doctor, 8))["Location"]
    row = Rescheduling.objects.get()
    assert onward == f"{reverse('schedule')}?jour={MONDAY.isoformat()}&deplace={row.pk}"
    undo = reverse("undo_reschedule", args=[row.pk])
    assert f'action="{undo}"' in client.get(onward).content.decode()
    client.post(undo)
    assert where(booked)[1] == on_monday(9)


@pytest.mark.django_db
def test_the_script_is_answered_in_its_words(booked, doctor, secretary):
    client = sign_in(secretary)
    url = reverse("reschedule", args=[booked.pk])
    json = {"headers": {"accept": "application/json"}}
    answer = client.post(url, form(doctor, 11), **json)
    closed = f"Aucune plage d’ouverture de {doctor.practitioner} ne couvre cette heure."
    assert (answer.status_code, answer.json()) == (409, {"sentence": closed})
    answer = client.post(url, form(doctor, 8, seen="2026-11-23T09:00"), **json)
    row = Rescheduling.objects.get()
    assert answer.json() == {
        "sentence": f"Rendez-vous déplacé au lundi 23{NBSP}novembre à 8{NBSP}h.",
        "undo": reverse("undo_reschedule", args=[row.pk]),
    }
    undone = client.post(answer.json()["undo"], **json)
    assert undone.json() == {"sentence": f"Remis à 9{NBSP}h. Le patient n’a rien reçu."}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [{"day": "2026-02-30"}, {"hour": "25:00"}, {"minutes": "2"}, {"practitioner": "0"}, {"room": "x"}],
)
def test_bad_input_is_explained(booked, doctor, secretary, wrong):
    answer = sign_in(secretary).post(reverse("reschedule", args=[booked.pk]), form(doctor, 8) | wrong)
    assert answer.status_code == 422
    assert where(booked)[1] == on_monday(9)


@pytest.mark.django_db
def test_who_may_move_whose(booked, owner, outsider, doctor, teammate, secretary):
    url = reverse("reschedule", args=[booked.pk])
    for client in (owner.client, outsider.client, teammate.client):
        assert client.get(url).status_code == 404
        assert client.post(url, form(doctor, 8)).status_code == 404
    # His own visit, but not into the day of somebody else.
    assert doctor.client.post(url, form(teammate, 8)).status_code == 422
    assert doctor.client.post(url, form(doctor, 8)).status_code == 302
    row = Rescheduling.objects.get()
    assert sign_in(secretary).post(reverse("undo_reschedule", args=[row.pk])).status_code == 404
