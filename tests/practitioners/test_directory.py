"""Anybody finds who works here, and how."""

import pytest
from django.urls import reverse

from tests.factories.practitioners import PlaceFactory, PractitionerFactory, ProfessionFactory

pytestmark = pytest.mark.django_db


def place_of(practitioner, **fields):
    place = PlaceFactory(**fields)
    practitioner.places.add(place)
    return place


@pytest.fixture
def nurse():
    profession = ProfessionFactory(slug="infirmier", name="infirmier", plural_name="infirmiers")
    nurse = PractitionerFactory(
        last_name="Ghyselen", profession=profession, languages=["fr", "nl"], accepts_new_patients=True
    )
    place_of(nurse, name="Bâtiment principal", step_free=True)
    return nurse


@pytest.fixture
def annexe_doctor():
    doctor = PractitionerFactory(last_name="Berrahal", languages=["fr", "ar"], accepts_new_patients=False)
    place_of(doctor, name="Annexe", step_free=False)
    return doctor


def names(response):
    return [practitioner.last_name for practitioner in response.context["practitioners"]]


def test_everybody_who_is_shown(client, nurse, annexe_doctor):
    PractitionerFactory(last_name="Caché", is_listed=False)
    PractitionerFactory(last_name="Parti", active_until="2020-01-01")
    response = client.get(reverse("directory"))
    assert names(response) == ["Ghyselen", "Berrahal"]
    assert nurse.get_absolute_url() in response.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("profession=infirmier", ["Ghyselen"]),
        ("langue=ar", ["Berrahal"]),
        ("acces=on", ["Ghyselen"]),
        ("nouveaux=on", ["Ghyselen"]),
        ("langue=fr&acces=on", ["Ghyselen"]),
        ("langue=nl&profession=medecin-generaliste", []),
        ("profession=astrologue&langue=xx&lieu=99999", ["Ghyselen", "Berrahal"]),
        ("lieu=%00&profession=%F0%9F%98%80", ["Ghyselen", "Berrahal"]),
    ],
)
def test_filters_stay_in_the_address(client, nurse, annexe_doctor, query, expected):
    response = client.get(f"{reverse('directory')}?{query}")
    assert (response.status_code, names(response)) == (200, expected)


def test_filter_by_place(client, nurse, annexe_doctor):
    place = annexe_doctor.places.get()
    assert names(client.get(reverse("directory"), {"lieu": place.pk})) == ["Berrahal"]


def test_nobody_found_says_what_to_do(client, nurse):
    response = client.get(reverse("directory"), {"langue": "ar", "nouveaux": "on"})
    assert "Ghyselen" in response.text  # a language that nobody speaks is no criterion
    response = client.get(reverse("directory"), {"profession": "infirmier", "acces": "on", "langue": "nl"})
    assert names(response) == ["Ghyselen"]


def test_fragment_for_htmx(client, nurse):
    response = client.get(reverse("directory"), headers={"HX-Request": "true"})
    assert "Ghyselen" in response.text
    assert "<html" not in response.text


def test_as_many_queries_for_one_as_for_thirty(
    client, nurse, django_assert_max_num_queries, django_assert_num_queries
):
    client.get(reverse("directory"))
    with django_assert_max_num_queries(15) as first:
        client.get(reverse("directory"))
    asked = len(first)
    for number in range(29):
        place_of(PractitionerFactory(), name=f"Lieu {number}")
    client.get(reverse("directory"))  # the new places are read once for everybody
    with django_assert_num_queries(asked):
        client.get(reverse("directory"))
