"""A house from nothing: an administrator by command, then the page that says what a patient still waits for."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from accounts.access import is_administrator
from accounts.models import Role, User
from appointments.models import ReasonCategory, ReminderRule
from core import clock
from core.audit.models import AuditEvent
from msp_portal.first_steps import STEPS, steps
from practitioners.models import Centre, Profession
from tests.cast import sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import OpeningFactory, OpeningRuleFactory, VisitReasonFactory
from tests.factories.practitioners import PlaceFactory, PractitionerFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/gestion/mise-en-route/"


def appoint(email: str) -> str:
    said = StringIO()
    call_command("administrator", email, stdout=said)
    return said.getvalue()


def open_steps() -> list[str]:
    return [step.code for step in steps() if not step.done]


def test_the_first_administrator_is_appointed_once_and_signs_in_by_code(client):
    assert appoint("Direction@maison.example").startswith(
        "direction@maison.example is an administrator now. No password is set: ask for a code by e-mail at"
    )
    assert appoint("direction@maison.example").startswith(
        "direction@maison.example was an administrator already."
    )

    user = User.objects.get()
    assert (user.is_staff, is_administrator(user), user.has_usable_password()) == (True, True, False)
    assert list(user.role_assignments.values_list("role", flat=True)) == [Role.ADMINISTRATOR]
    assert sorted(AuditEvent.objects.values_list("action", flat=True)) == [
        "account.appointed",
        "account.opened",
    ]
    client.post("/compte/login/code/", {"email": user.email})
    assert [message.to for message in mail.outbox] == [["direction@maison.example"]]


def test_who_had_the_hat_before_gets_it_back():
    today = clock.today()
    then = {"since": today - timedelta(days=9), "until": today - timedelta(days=1)}
    was = RoleAssignmentFactory(role=Role.ADMINISTRATOR, **then).user
    assert appoint(was.email).startswith(f"{was.email} is an administrator now")
    assert is_administrator(User.objects.get(pk=was.pk)) is True


def test_nonsense_is_refused():
    with pytest.raises(CommandError, match="« direction » is no e-mail address"):
        appoint("direction")
    assert User.objects.exists() is False


def test_from_nothing_to_a_house_that_takes_bookings():
    appoint("direction@maison.example")
    client = sign_in(User.objects.get())
    page = client.get(ADDRESS)
    assert page.status_code == 200
    assert open_steps() == [step.code for step in STEPS]
    for address in ("/", "/rendez-vous/", "/praticiens/", "/ma-journee/", "/planning/", "/gestion/sante/"):
        assert (address, client.get(address).status_code) == (address, 200)

    # Reminders belong to a house: before there is one, there is nothing to take over.
    client.post(f"{ADDRESS}reminders/")
    assert ReminderRule.objects.exists() is False

    house = {"name": "Maison de santé du Pré", "slug": "pre", "address": "1 rue du Pré", "holiday_zone": ""}
    said = client.post(
        "/gestion/practitioners/centre/add/",
        {**house, "postal_code": "62840", "city": "Laventie", "phone": "03 53 01 00 10"},
    )
    assert (said.status_code, Centre.objects.get().name) == (302, "Maison de santé du Pré")
    PlaceFactory(centre=Centre.objects.get())
    for code in ("professions", "reminders", "professions"):
        assert client.post(f"{ADDRESS}{code}/").url == ADDRESS
    assert (Profession.objects.count(), ReasonCategory.objects.count()) == (15, 30)
    assert sorted(ReminderRule.objects.values_list("lead_minutes", flat=True)) == [120, 2880, 10080]
    assert open_steps() == ["rooms", "practitioners", "desk", "reasons", "openings", "evidence"]

    doctor = PractitionerFactory(
        centre=Centre.objects.get(), profession=Profession.objects.get(slug="medecin-generaliste")
    )
    RoleAssignmentFactory(role=Role.SECRETARY)
    VisitReasonFactory(practitioner=doctor, category=ReasonCategory.objects.first())
    OpeningRuleFactory(practitioner=doctor)
    OpeningFactory(practitioner=doctor, start_at=clock.now() + timedelta(days=2))
    assert open_steps() == ["rooms", "evidence"]


def test_what_the_house_has_changed_stays_as_it_is():
    appoint("direction@maison.example")
    client = sign_in(User.objects.get())
    Profession.objects.create(name="généraliste", plural_name="généralistes", slug="medecin-generaliste")
    Profession.objects.create(name="psychologue", plural_name="psys", slug="psy")
    client.post(f"{ADDRESS}professions/")
    kept = Profession.objects.filter(slug__in=["medecin-generaliste", "psy", "psychologue"])
    assert sorted(kept.values_list("slug", "plural_name")) == [
        ("medecin-generaliste", "généralistes"),
        ("psy", "psys"),
    ]


def test_it_is_the_administrators_alone(doctor, outsider):
    for client in (outsider.client, doctor.client):
        assert client.get(ADDRESS).status_code == 404
        assert client.post(f"{ADDRESS}professions/").status_code == 404
    assert Profession.objects.filter(slug="orthophoniste").exists() is False
