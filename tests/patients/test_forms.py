from __future__ import annotations

from datetime import date, timedelta

import pytest
from crispy_forms.utils import render_crispy_form

from core import clock
from patients.forms.identity import IdentityForm, RelativeForm
from patients.forms.notices import NoticeForm

TYPED = {
    "birth_first_names": "Jeanne",
    "birth_name": "Lefebvre",
    "birth_date": "14/03/1980",
    "sex": "female",
}


@pytest.mark.parametrize(
    "typed", ["14/03/1980", "14/3/1980", "1980-03-14", "14.03.1980", "14-03-1980", "14 03 1980", "14031980"]
)
def test_a_birth_date_is_read_as_people_write_it(typed):
    form = IdentityForm({**TYPED, "birth_date": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["birth_date"] == date(1980, 3, 14)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "required"), ("31/02/1980", "invalid"), ("14/03/1880", "implausible"), ("le 14 mars", "invalid")],
)
def test_a_wrong_birth_date_is_explained(typed, code):
    form = IdentityForm({**TYPED, "birth_date": typed})
    assert [error.code for error in form.errors.as_data()["birth_date"]] == [code]


def test_nobody_is_born_tomorrow():
    tomorrow = clock.today() + timedelta(days=1)
    form = IdentityForm({**TYPED, "birth_date": tomorrow.isoformat()})
    assert [error.code for error in form.errors.as_data()["birth_date"]] == ["future"]


@pytest.mark.parametrize(
    "name", ["D'Hondt", "de La Fontaine", "Nguyễn", "O’Brien-Smith", "Łukasz", "St. Clair"]
)
def test_names_of_every_alphabet_are_names(name):
    form = IdentityForm({**TYPED, "birth_name": name})
    assert form.is_valid(), form.errors


@pytest.mark.parametrize("name", ["Lefebvre2", "<script>", "@", "12", "Jean;Paul", "-Paul"])
def test_signs_and_digits_are_not(name):
    form = IdentityForm({**TYPED, "birth_name": name})
    assert [error.code for error in form.errors.as_data()["birth_name"]] == ["invalid"]


def test_two_parts_share_one_form_tag():
    mine, child = IdentityForm(prefix="moi"), RelativeForm(prefix="proche")
    html = render_crispy_form(mine) + render_crispy_form(child)
    assert "<form" not in html
    assert "csrfmiddlewaretoken" not in html
    assert 'name="moi-birth_name"' in html
    assert 'name="proche-relation"' in html


@pytest.mark.parametrize(
    ("relation", "born", "refused"),
    [
        ("child", "14/03/1980", {"relation"}),
        ("parent", "14/03/2020", {"birth_date"}),
        ("spouse", "14/03/2020", {"birth_date"}),
        ("ward", "14/03/2020", set()),
        ("other", "14/03/1980", set()),
        ("self", "14/03/1980", {"relation"}),
    ],
)
def test_relation_and_age_agree(relation, born, refused):
    form = RelativeForm({**TYPED, "birth_date": born, "relation": relation})
    assert set(form.errors) == refused


@pytest.mark.parametrize(
    ("ways", "has_phone", "refused"),
    [
        ({}, True, {"by_email"}),
        ({"by_sms": "on"}, False, {"by_sms"}),
        ({"by_sms": "on"}, True, set()),
        ({"by_email": "on"}, False, set()),
    ],
)
@pytest.mark.django_db
def test_one_way_to_reach_the_person_remains(ways, has_phone, refused):
    form = NoticeForm({"language": "fr", **ways}, has_phone=has_phone)
    assert set(form.errors) == refused
