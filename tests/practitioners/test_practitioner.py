"""The page of one practitioner: what he says of himself, and times that can really be booked."""

from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.models import Bookability
from core import clock
from tests.cast import MONDAY, on_monday
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.practitioners import PlaceFactory, PractitionerFactory

pytestmark = pytest.mark.django_db


def address(practitioner, **parameters):
    return reverse("practitioner", args=[practitioner.slug], query=parameters)


def test_who_where_and_for_how_much(visitor, doctor):
    practitioner = doctor.practitioner
    practitioner.presentation = "Médecin de famille."
    practitioner.languages = ["fr", "fsl"]
    practitioner.fees_sector = "1"
    practitioner.save()
    practitioner.places.add(PlaceFactory(name="Annexe", step_free=False, access_notes="Sonnez."))
    text = visitor.get(address(practitioner)).text
    for expected in ("Médecin de famille.", "langue des signes", "secteur 1", "Annexe", "Sonnez.", "marches"):
        assert expected in text


def test_free_times_are_buttons_that_hold(visitor, doctor):
    AppointmentFactory(reason=doctor.reason, start_at=on_monday(9))
    text = visitor.get(address(doctor.practitioner)).text
    assert f'datetime="{clock.local(on_monday(8, 40)).isoformat()}"' in text
    assert f'datetime="{clock.local(on_monday(9)).isoformat()}"' not in text
    assert f'action="{reverse("hold_slot")}"' in text


def test_choice_of_reason_and_week(visitor, doctor):
    other = VisitReasonFactory(practitioner=doctor.practitioner, name="Certificat", duration_minutes=60)
    VisitReasonFactory(practitioner=doctor.practitioner, name="Entre nous", bookable_by=Bookability.STAFF)
    response = visitor.get(address(doctor.practitioner, pour=other.pk))
    assert [row.reason for row in response.context["week"].rows] == [other]
    assert [reason.name for reason in response.context["reasons"]] == ["Consultation", "Certificat"]
    later = visitor.get(address(doctor.practitioner, pour=other.pk, du=str(MONDAY + timedelta(days=7))))
    assert "<time" not in later.text


@pytest.mark.parametrize("junk", [{"pour": "x"}, {"pour": "9" * 30}, {"du": "demain"}, {"du": "0001-01-01"}])
def test_junk_in_the_address_is_ignored(visitor, doctor, junk):
    assert visitor.get(address(doctor.practitioner, **junk)).status_code == 200


def test_without_online_reasons(visitor, sunday):
    response = visitor.get(address(PractitionerFactory(kind="visiting")))
    assert "sur la demande d’un professionnel" in response.text


def test_hidden_gone_and_missing_answer_alike(visitor, sunday):
    hidden, gone = PractitionerFactory(is_listed=False), PractitionerFactory(active_until="2020-01-01")
    for slug in (hidden.slug, gone.slug, "personne"):
        assert visitor.get(reverse("practitioner", args=[slug])).status_code == 404


def test_queries_do_not_grow(visitor, doctor, django_assert_max_num_queries, django_assert_num_queries):
    visitor.get(address(doctor.practitioner))
    with django_assert_max_num_queries(15) as first:
        visitor.get(address(doctor.practitioner))
    VisitReasonFactory.create_batch(29, practitioner=doctor.practitioner)
    AppointmentFactory(reason=doctor.reason, start_at=on_monday(9))
    with django_assert_num_queries(len(first)):
        visitor.get(address(doctor.practitioner))
