"""What a stranger reads first."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from practitioners.models.practitioner import Kind
from tests.factories.appointments import VisitReasonFactory
from tests.factories.practitioners import PractitionerFactory, ProfessionFactory

pytestmark = pytest.mark.django_db


def test_says_who_works_here_and_how_to_be_seen(client: Client) -> None:
    doctor = VisitReasonFactory().practitioner
    PractitionerFactory(profession=doctor.profession)
    nurse = ProfessionFactory(slug="infirmier", name="infirmier", plural_name="infirmiers")
    PractitionerFactory(profession=nurse, centre=doctor.centre)
    PractitionerFactory(profession=nurse, centre=doctor.centre, is_listed=False)
    heart = ProfessionFactory(slug="cardiologue", name="cardiologue", plural_name="cardiologues")
    PractitionerFactory(profession=heart, centre=doctor.centre, kind=Kind.REMOTE)
    PractitionerFactory(profession=heart, centre=doctor.centre, kind=Kind.CORRESPONDENT)

    page = client.get("/")

    assert page.status_code == 200
    assert page.context["practitioner_count"] == 3
    assert {(one.slug, one.member_count) for one in page.context["members"]} == {
        ("medecin-generaliste", 2),
        ("infirmier", 1),
    }
    assert [(one.slug, one.guest_count) for one in page.context["guests"]] == [("cardiologue", 1)]
    assert [category.profession for category in page.context["categories"]] == [doctor.profession]
    text = page.content.decode()
    assert doctor.centre.name in text
    assert 'href="tel:15"' in text
    assert 'action="/rendez-vous/"' in text


def test_asks_as_little_whatever_the_size_of_the_house(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reason = VisitReasonFactory()
    client.get("/")  # the house is read once a minute
    with django_assert_num_queries(3):
        client.get("/")
    for number in range(3):
        profession = ProfessionFactory(slug=f"p{number}", name=f"p{number}", plural_name=f"p{number}s")
        VisitReasonFactory(
            practitioner=PractitionerFactory(profession=profession, centre=reason.practitioner.centre)
        )
    with django_assert_num_queries(3):
        client.get("/")


def test_stands_before_anything_is_entered(client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert page.context["professions"] == []


@pytest.mark.parametrize("path", ["/accessibilite/", "/donnees-personnelles/", "/mentions-legales/"])
def test_what_the_law_wants_said_is_open_to_all(client: Client, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert "<h1>" in page.content.decode()


def test_the_language_is_changed_by_a_post_and_comes_back_to_the_page(client: Client) -> None:
    PractitionerFactory()
    answer = client.post("/langue/", {"language": "en", "next": "/accessibilite/"})
    assert (answer.status_code, answer["Location"]) == (302, "/accessibilite/")
    assert '<html lang="en">' in client.get("/accessibilite/").content.decode()


def test_the_language_switch_leads_to_no_other_site(client: Client) -> None:
    answer = client.post("/langue/", {"language": "en", "next": "https://ailleurs.example/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_missing_page_says_so_in_french(client: Client) -> None:
    page = client.get("/nulle-part/")
    assert page.status_code == 404
    assert "n’existe pas" in page.content.decode()
