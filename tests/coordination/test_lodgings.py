"""Studios: one occupant at a time, keys with a signature, demands and their answers."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import Role
from coordination.actions.lodge import AlreadyLived, save_occupancy
from coordination.models import LodgingRequest, Occupancy
from practitioners.house import the_house
from tests.cast import make_doctor, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.coordination_stays import LodgingFactory, OccupancyFactory
from tests.factories.practitioners import InternshipFactory, PlaceFactory, PractitionerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(sunday):
    PlaceFactory()
    return sign_in(RoleAssignmentFactory(role=Role.COORDINATOR).user)


@pytest.fixture
def trainee(sunday):
    found = make_doctor("Behague")
    found.user.role_assignments.update(role=Role.INTERN)
    InternshipFactory(intern=found.practitioner)
    return found


def asked(lodging, trainee, **other):
    return {
        "lodging": lodging.pk,
        "occupant": trainee.practitioner.pk,
        "since": "2026-11-02",
        "until": "2027-05-01",
        "deposit": "300",
    } | other


def test_the_conflict_names_who_lives_there(coordinator, trainee):
    lodging = LodgingFactory(name="Studio du halage")
    assert coordinator.post(reverse("add_occupancy"), asked(lodging, trainee)).status_code == 302
    later = {"since": "2027-05-01", "until": "2027-06-01"}
    answer = coordinator.post(reverse("add_occupancy"), asked(lodging, trainee, **later))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Studio du halage est déjà occupé par Dr Claire Behague" in page
    assert (
        coordinator.post(
            reverse("add_occupancy"), asked(lodging, trainee, since="2027-05-02", until="2027-06-01")
        ).status_code
        == 302
    )
    assert Occupancy.objects.count() == 2


def test_the_database_keeps_it_so(sunday):
    first = OccupancyFactory(since=date(2027, 1, 1), until=date(2027, 1, 31))
    with pytest.raises(IntegrityError, match="occupancy_one_at_a_time"), transaction.atomic():
        OccupancyFactory(lodging=first.lodging, since=date(2027, 1, 31), until=date(2027, 2, 3))
    OccupancyFactory(lodging=first.lodging, since=date(2027, 2, 1), until=date(2027, 2, 3))


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_lives_there():
    lodging, actor, people = LodgingFactory(), UserFactory(), [PractitionerFactory() for _ in range(4)]
    gate, outcomes = Barrier(4), []

    def move_in(number: int) -> None:
        gate.wait()
        try:
            save_occupancy(
                Occupancy(
                    lodging=lodging,
                    occupant=people[number],
                    since=date(2027, 1, 1 + number),
                    until=date(2027, 1, 20 + number),
                ),
                actor=actor,
            )
            outcomes.append("in")
        except AlreadyLived:
            outcomes.append("out")
        finally:
            connection.close()

    threads = [Thread(target=move_in, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(outcomes), Occupancy.objects.count()) == (["in", "out", "out", "out"], 1)


def test_keys_have_a_day_and_a_signature(coordinator, trainee):
    lodging = LodgingFactory()
    coordinator.post(reverse("add_occupancy"), asked(lodging, trainee))
    row = Occupancy.objects.get()
    page = reverse("edit_occupancy", args=[row.pk])
    answer = coordinator.post(page, asked(lodging, trainee, keys_out_on="2026-11-02"))
    assert "Une remise de clés porte une date et une signature." in answer.content.decode()
    keys = {"keys_out_on": "2026-11-02", "keys_out_by": "N. Masquelier", "inventory_in": "RAS"}
    assert coordinator.post(page, asked(lodging, trainee, **keys)).status_code == 302
    row.refresh_from_db()
    assert (row.keys_out_on, row.keys_out_by, row.inventory_in) == (date(2026, 11, 2), "N. Masquelier", "RAS")
    assert "clés remises" in coordinator.get(reverse("lodgings")).content.decode()


def test_a_trainee_asks_and_reads_the_answer(coordinator, trainee):
    lodging = LodgingFactory(name="Studio 1")
    ask = reverse("ask_lodging")
    stay = trainee.practitioner.internships.get()
    wish = {"stay": stay.pk, "since": stay.since, "until": stay.until, "note": "Avec un vélo"}
    assert trainee.client.post(ask, wish).status_code == 302
    assert "Une demande attend déjà" in trainee.client.post(ask, wish).content.decode()
    demand = LodgingRequest.objects.get()
    answer = reverse("answer_lodging", args=[demand.pk])
    assert trainee.client.get(answer).status_code == 404
    assert coordinator.post(answer, {"lodging": "", "answer": ""}).status_code == 422
    assert coordinator.post(answer, {"lodging": lodging.pk, "answer": "Bienvenue"}).status_code == 302
    assert list(Occupancy.objects.values_list("lodging", "occupant")) == [
        (lodging.pk, trainee.practitioner.pk)
    ]
    page = trainee.client.get(reverse("lodgings")).content.decode()
    assert "Studio 1" in page
    assert "Bienvenue" in page
    assert "Cette demande a déjà une réponse." in coordinator.post(answer, {"refuse": "1"}).content.decode()


@pytest.mark.parametrize("number", [1, 30])
def test_the_year_costs_the_same(coordinator, number, django_assert_max_num_queries):
    for _ in range(number):
        OccupancyFactory(since=date(2026, 3, 1), until=date(2026, 9, 1))
    the_house()  # what a process knows already, it does not read again
    with django_assert_max_num_queries(13):
        assert coordinator.get(reverse("lodgings")).status_code == 200


@pytest.mark.parametrize("year", ["1", "99999", "abcd", "٢٠٢٦", "0000"])
def test_any_year_answers(coordinator, year):
    assert coordinator.get(reverse("lodgings"), {"annee": year}).status_code == 200
