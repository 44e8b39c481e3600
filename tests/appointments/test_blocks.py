"""« Bloquer un temps » : five fields, who is touched is shown first, only for one's own hours or at the desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Role
from appointments.models import Absence, Disruption
from appointments.models.absence import AbsenceKind
from core.audit.models import AuditEvent
from tests.cast import on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db
DATA = {
    "qui": "vandamme",
    "jour": "2026-11-23",
    "de": "08:30",
    "a": "09:20",
    "libelle": "Rendez-vous à la banque",
}


def test_seen_first_then_saved_and_nobody_books_there(doctor, booked):
    page = doctor.client.post(reverse("block_time"), DATA | {"step": "check"})
    assert [line.appointment for line in page.context["preview"].touched] == [booked]
    assert Absence.objects.count() == 0
    address = reverse("block_time") + "?qui=vandamme&jour=2026-11-23"
    answer = doctor.client.post(address, DATA | {"step": "save"})
    assert answer.url == reverse("my_day") + "?jour=2026-11-23&qui=vandamme"
    absence = Absence.objects.get()
    assert (absence.practitioner, absence.kind, absence.start_at, absence.end_at, absence.note) == (
        doctor.practitioner,
        AbsenceKind.PRIVATE,
        on_monday(8, 30),
        on_monday(9, 20),
        "Rendez-vous à la banque",
    )
    assert list(Disruption.objects.values_list("appointment", flat=True)) == [booked.pk]
    assert AuditEvent.objects.filter(action="absence.declare", actor_id=doctor.user.pk).count() == 1
    assert "Rendez-vous à la banque" in doctor.client.get(answer.url).content.decode()


def test_colleagues_see_it_blocked_without_its_words(doctor, teammate):
    doctor.client.post(reverse("block_time"), DATA | {"step": "save"})
    for client, shown in ((doctor.client, "temps bloqué"), (teammate.client, "absence")):
        page = client.get(
            reverse("schedule"), {"jour": "2026-11-23", "praticien": "vandamme"}
        ).content.decode()
        assert f": {shown}" in page.replace("\u00a0", " ").replace(" :", ":")
        assert "banque" not in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"a": "08:30"}, "a"),
        ({"a": "08:00"}, "a"),
        ({"de": ""}, "de"),
        ({"jour": "2026-02-30"}, "jour"),
        ({"jour": "2026-11-01"}, "jour"),
        ({"qui": "caron"}, "qui"),
        ({"libelle": "x" * 201}, "libelle"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(doctor, teammate, wrong, field):
    answer = doctor.client.post(reverse("block_time"), DATA | wrong | {"step": "save"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Absence.objects.count() == 0


def test_the_desk_for_everybody_a_patient_for_nobody(doctor, owner):
    desk = UserFactory()
    RoleAssignmentFactory(user=desk, role=Role.SECRETARY)
    assert owner.client.get(reverse("block_time")).status_code == 404
    assert sign_in(desk).post(reverse("block_time"), DATA | {"step": "save"}).status_code == 302
    withdraw = reverse("withdraw_absence", args=["vandamme", Absence.objects.get().pk])
    assert owner.client.get(withdraw).status_code == 404
    assert sign_in(desk).post(withdraw, {"step": "save"}).status_code == 302
    assert Absence.objects.count() == 0
