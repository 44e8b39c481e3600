"""Who may set whose hours: oneself, and the desk. For everybody else these pages do not exist."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import Role
from appointments.models import Cascade, CascadeLine
from appointments.models.cascade import Step
from appointments.urls_cabinet import of_practitioner
from tests.cast import on_monday, sign_in
from tests.factories.accounts import with_role
from tests.factories.appointments import (
    AbsenceFactory,
    AppointmentFactory,
    ClosureFactory,
    OpeningRuleFactory,
)
from tests.factories.calendars import CalendarFeedFactory, ExternalCalendarFactory

pytestmark = pytest.mark.django_db

# What is only sent: looking at it is not allowed, to whom it is known.
SENT_ONLY = {
    *("restore_opening", "renew_feed", "revoke_feed", "change_calendar"),
    *("propose_cascade", "send_cascade", "undo_cascade"),
}
# What a practitioner plans elsewhere, and the keys to it, are nobody else's: not even the desk's.
NOBODY_ELSES = {"add_feed", "edit_feed", "add_calendar", "edit_calendar"}
OF_PRACTITIONER = [*(route.name for route in of_practitioner), "edit_profile"]
OF_HOUSE = ["closures", "add_closure", "reopen_house"]


@pytest.fixture
def addresses(doctor, owner):
    """One row of each kind, and the address of every screen about it."""
    mine = {"practitioner": doctor.practitioner}
    absence = AbsenceFactory(**mine, start_at=on_monday(8), end_at=on_monday(9))
    visit = AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=on_monday(8))
    line = CascadeLine.objects.create(
        cascade=Cascade.objects.create(absence=absence, steps=[Step.CALL], **mine),
        appointment=visit,
        step=Step.CALL,
    )
    rows = {
        "rule": OpeningRuleFactory(**mine),
        "opening": doctor.practitioner.openings.first(),
        "absence": absence,
        "cascade": absence,
        "reason": doctor.reason,
        "feed": CalendarFeedFactory(**mine),
        "calendar": ExternalCalendarFactory(**mine),
        "house": ClosureFactory(start_at=on_monday(8), end_at=on_monday(8) + timedelta(days=1)),
    }

    def address(name):
        values = {
            "slug": doctor.practitioner.slug,
            "pk": next((row.pk for kind, row in rows.items() if kind in name.split("_")), 0),
            "reference": line.appointment.reference,
            "step": "suspendre",
        }
        wanted = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
        return reverse(name, kwargs={key: values[key] for key in wanted})

    return address


def desk(role):
    return sign_in(with_role(role))


@pytest.mark.parametrize("name", OF_PRACTITIONER)
def test_own_practice(addresses, doctor, name):
    assert doctor.client.get(addresses(name)).status_code == (405 if name in SENT_ONLY else 200)


@pytest.mark.parametrize("name", [*OF_PRACTITIONER, *OF_HOUSE])
@pytest.mark.parametrize("role", [Role.SECRETARY, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_the_desk_keeps_everybodys(addresses, name, role):
    expected = 404 if name in NOBODY_ELSES else 405 if name in SENT_ONLY else 200
    assert desk(role).get(addresses(name)).status_code == expected


@pytest.mark.parametrize("name", [*OF_PRACTITIONER, *OF_HOUSE])
def test_missing_for_teammates_and_strangers(addresses, teammate, outsider, name):
    for person in (teammate, outsider):
        assert person.client.get(addresses(name)).status_code == (405 if name in SENT_ONLY else 404)
        # 405: a list takes no form from anybody.
        answer = person.client.post(addresses(name), {"step": "save"}).status_code
        assert answer == 404 or (answer == 405 and name not in SENT_ONLY)


@pytest.mark.parametrize("name", [*OF_PRACTITIONER, *OF_HOUSE])
def test_visitors_sign_in_first(addresses, visitor, name):
    response = visitor.get(addresses(name))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_former_staff_and_former_practitioners(addresses, doctor):
    address = addresses("openings")
    doctor.user.role_assignments.update(since="2020-01-01", until="2020-12-31")
    assert sign_in(doctor.user).get(address).status_code == 404


@pytest.mark.parametrize("name", ["edit_rule", "edit_opening", "edit_absence", "edit_reason"])
def test_rows_of_another_practitioner_under_ones_own_name(addresses, teammate, doctor, name):
    address = addresses(name).replace(doctor.practitioner.slug, teammate.practitioner.slug)
    assert teammate.client.get(address).status_code == 404


def test_first_page(doctor, outsider):
    own = doctor.client.get(reverse("my_openings"))
    assert (own.status_code, own.url) == (302, reverse("openings", args=[doctor.practitioner.slug]))
    assert desk(Role.SECRETARY).get(reverse("my_openings")).context["practitioners"] == [doctor.practitioner]
    assert outsider.client.get(reverse("my_openings")).status_code == 404
    assert outsider.client.get(reverse("disruptions")).status_code == 404
    assert Client().get(reverse("my_openings")).status_code == 302
