"""The desk keeps rooms and devices: added, retired, closed with a look at whom it touches, open again."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Role
from appointments.models import Disruption, ResourceClosure
from core.audit.models import AuditEvent
from practitioners.models import Equipment, Room
from tests.cast import on_monday, sign_in
from tests.factories.accounts import with_role
from tests.factories.appointments import AppointmentFactory
from tests.factories.practitioners import EquipmentFactory, PlaceFactory, RoomFactory

pytestmark = pytest.mark.django_db
CLOSED = {"first_day": "2026-11-23", "last_day": "2026-11-23", "label": "Peinture"}


@pytest.fixture
def secretary(doctor):
    return sign_in(with_role(Role.SECRETARY))


def test_only_the_desk(owner, doctor, secretary):
    room, unit = RoomFactory(), EquipmentFactory()
    closure = ResourceClosure.objects.create(
        room=room, start_at=on_monday(8), end_at=on_monday(9), label="Peinture"
    )
    addresses = [
        *(reverse(name) for name in ("resources", "add_room", "add_equipment", "add_resource_closure")),
        reverse("edit_room", args=[room.pk]),
        reverse("edit_equipment", args=[unit.pk]),
        reverse("reopen_resource", args=[closure.pk]),
    ]
    for address in addresses:
        assert owner.client.get(address).status_code == 404, address
        assert doctor.client.get(address).status_code == 404, address
        assert secretary.get(address).status_code == 200, address


def test_a_room_is_added_and_retired(secretary, doctor):
    place = PlaceFactory()
    posted = {"place": place.pk, "name": "Salle bleue", "floor_note": "", "is_active": "on"}
    assert secretary.post(reverse("add_room"), posted).url == reverse("resources")
    assert "« Salle bleue » : c’est enregistré." in secretary.get(reverse("resources")).text
    room = Room.objects.get()
    again = secretary.post(reverse("add_room"), posted)
    assert (again.status_code, "porte déjà ce nom" in again.text) == (422, True)

    visit = AppointmentFactory(reason=doctor.reason, room=room, start_at=on_monday(9))
    retire = {"place": place.pk, "name": "Salle bleue", "floor_note": ""}
    refused = secretary.post(reverse("edit_room", args=[room.pk]), retire)
    assert (refused.status_code, "encore attendus" in refused.text) == (422, True)
    visit.delete()
    secretary.post(reverse("edit_room", args=[room.pk]), retire)
    room.refresh_from_db()
    assert not room.is_active
    told = AuditEvent.objects.filter(action__startswith="room.")
    assert list(told.values_list("action", flat=True)) == ["room.add", "room.change"]


def test_a_device_brings_its_kind(secretary):
    posted = {"place": PlaceFactory().pk, "name": "ECG 1", "is_active": "on", "kind": "", "new_kind": ""}
    assert secretary.post(reverse("add_equipment"), posted).status_code == 422
    secretary.post(reverse("add_equipment"), posted | {"new_kind": " électrocardiographe "})
    secretary.post(reverse("add_equipment"), posted | {"name": "ECG 2", "new_kind": "électrocardiographe"})
    assert list(Equipment.objects.values_list("name", "kind__name")) == [
        ("ECG 1", "électrocardiographe"),
        ("ECG 2", "électrocardiographe"),
    ]


def test_checked_closed_and_open_again(secretary, doctor, owner):
    room = RoomFactory()
    visit = AppointmentFactory(reason=doctor.reason, room=room, patient=owner.patient, start_at=on_monday(9))
    posted = CLOSED | {"what": f"room-{room.pk}"}
    checked = secretary.post(reverse("add_resource_closure"), posted | {"step": "check"})
    assert owner.patient.display_name in checked.text
    assert ResourceClosure.objects.count() == 0
    secretary.post(reverse("add_resource_closure"), posted | {"step": "save"})
    assert Disruption.objects.open().get().appointment == visit
    assert "Peinture" in secretary.get(reverse("resources")).text
    twice = secretary.post(reverse("add_resource_closure"), posted | {"step": "save"})
    assert (twice.status_code, "déjà fermé ou réservé" in twice.text) == (422, True)
    closure = ResourceClosure.objects.get()
    secretary.post(reverse("reopen_resource", args=[closure.pk]), {"step": "save"})
    assert (ResourceClosure.objects.count(), Disruption.objects.open().count()) == (0, 0)


def test_the_schedule_shows_a_closed_room(secretary, doctor):
    room = RoomFactory()
    ResourceClosure.objects.create(room=room, start_at=on_monday(8), end_at=on_monday(9), label="Peinture")
    feed = secretary.get(reverse("schedule_feed"), {"jour": "2026-11-23", "vue": "salles"}).json()
    assert [5, 0, room.pk, 480, 540, "Peinture"] in feed["spans"]


def test_the_list_costs_the_same_for_one_and_for_thirty(
    secretary, django_assert_num_queries, django_assert_max_num_queries
):
    def add(number):
        for _ in range(number):
            room = RoomFactory()
            EquipmentFactory()
            ResourceClosure.objects.create(
                room=room, start_at=on_monday(8), end_at=on_monday(9), label="Peinture"
            )

    add(1)
    secretary.get(reverse("resources"))
    with django_assert_max_num_queries(12) as captured:
        secretary.get(reverse("resources"))
    number = len(captured)
    add(29)
    secretary.get(
        reverse("resources")
    )  # the new rooms are read once into what the process knows of the house
    with django_assert_num_queries(number):
        secretary.get(reverse("resources"))
