"""All screens of the space and of the desk: who may open them, that looking writes nothing, how many queries."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients.models import ErasureRequest
from patients.models.proxy import Relation
from practitioners.house import the_house
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.patients.conftest import pending_parent, signed_in, visit

pytestmark = pytest.mark.django_db

SPACE = [
    "my_space",
    "past_appointments",
    "my_relatives",
    "add_a_relative",
    "my_identity",
    "my_notices",
    "my_security",
    "record_openings",
    "my_data",
    "ask_erasure",
    "export_json",
    "export_page",
]
DESK = ["proxy_requests", "erasure_requests"]
# The session is touched, and opening a record leaves its line: that is meant.
MAY_BE_WRITTEN = re.compile(
    r'^(INSERT INTO "audit_auditevent"|UPDATE "django_session"|INSERT INTO "django_session")'
)


def look(client, url):
    """Read the page; answer the response and the statements that wrote."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get(url)
        if response.streaming:
            b"".join(response.streaming_content)
    statements = [query["sql"] for query in queries]
    wrote = [
        sql
        for sql in statements
        if re.match(r"(INSERT|UPDATE|DELETE)", sql) and not MAY_BE_WRITTEN.match(sql)
    ]
    return response, len(statements), wrote


@pytest.mark.parametrize("name", SPACE)
def test_a_visitor_signs_in_first_and_comes_back(client, name):
    answer = client.get(reverse(name))
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/compte/login/?next={reverse(name).replace('/', '%2F')}",
    )


@pytest.mark.parametrize("name", SPACE)
def test_looking_writes_nothing_even_for_a_new_account(outsider, owner, name):
    for user in (owner, outsider):
        response, _count, wrote = look(signed_in(user), reverse(name))
        assert response.status_code in {200, 302}
        assert wrote == []


@pytest.mark.parametrize("name", DESK)
def test_the_desk_lists_are_the_desks(owner, secretary, practitioner_user, name):
    assert signed_in(owner).get(reverse(name)).status_code == 404
    assert signed_in(practitioner_user).get(reverse(name)).status_code == 404
    response, _count, wrote = look(signed_in(secretary), reverse(name))
    assert (response.status_code, wrote) == (200, [])


def records(owner, patient, child):
    """Every address that names a record of the owner."""
    appointment = visit(child)
    return {
        "identity": reverse("identity", args=[child.pk]),
        "end_relative": reverse("end_relative", args=[child.proxies.get().pk]),
        "cancel_appointment": reverse("cancel_appointment", args=[appointment.reference]),
    }


def test_a_record_is_open_to_its_owner_only(owner, patient, child, outsider, secretary, practitioner_user):
    for name, url in records(owner, patient, child).items():
        response, _count, wrote = look(signed_in(owner), url)
        assert (name, response.status_code, wrote) == (name, 200, [])
        for stranger in (outsider, secretary, practitioner_user):
            assert (name, signed_in(stranger).get(url).status_code) == (name, 404)
            assert (name, signed_in(stranger).post(url).status_code) == (name, 404)


def test_a_desk_record_is_open_to_the_desk_only(owner, patient, outsider, secretary, practitioner_user):
    urls = {
        "proxy_request": reverse("proxy_request", args=[pending_parent(owner).pk]),
        "erasure_request": reverse("erasure_request", args=[ErasureRequest.objects.create(user=owner).pk]),
    }
    for name, url in urls.items():
        response, _count, wrote = look(signed_in(secretary), url)
        assert (name, response.status_code, wrote) == (name, 200, [])
        for stranger in (owner, outsider, practitioner_user):
            assert (name, signed_in(stranger).get(url).status_code) == (name, 404)
            assert (name, signed_in(stranger).post(url).status_code) == (name, 404)


def test_the_own_line_cannot_be_ended(owner, patient):
    mine = patient.proxies.get()
    assert signed_in(owner).post(reverse("end_relative", args=[mine.pk])).status_code == 404


@pytest.mark.parametrize(
    "name", ["my_space", "past_appointments", "my_relatives", "record_openings", "export_json"]
)
def test_the_number_of_queries_does_not_grow(owner, patient, name):
    from core.audit.record import record

    client = signed_in(owner)
    counts = []
    for rows in (1, 29):
        for _ in range(rows):
            proxy = ProxyFactory(user=owner, relation=Relation.CHILD)
            visit(proxy.patient, days=7)
            visit(proxy.patient, days=-7, status="fulfilled")
            record(None, "patient.opened", patient, patient_id=patient.pk, reason="rendez-vous")
        the_house()  # read once a minute, whoever asks
        response, count, _wrote = look(client, reverse(name))
        assert response.status_code == 200
        counts.append(count)
    assert counts[0] == counts[1]
    # The file to take away holds a part of every room; a page has less to gather.
    assert counts[1] <= (32 if name == "export_json" else 15)


@pytest.mark.parametrize("name", DESK)
def test_the_number_of_queries_of_the_desk_does_not_grow(secretary, name):
    client = signed_in(secretary)
    client.get(reverse("my_security"))  # what the menu counts is remembered for a minute
    counts = []
    for rows in (1, 29):
        for _ in range(rows):
            user = ProxyFactory().user
            pending_parent(user)
            ErasureRequest.objects.create(user=user)
        the_house()
        counts.append(look(client, reverse(name))[1])
    assert counts[0] == counts[1]


def test_no_view_reaches_for_patients_directly():
    """patients/access/ is the only door."""
    from pathlib import Path

    root = Path(__file__).parents[2]
    views = [*root.glob("*/views.py"), *root.glob("*/views/*.py"), *root.glob("*/consumers.py")]
    assert views
    guilty = [
        str(path.relative_to(root))
        for path in views
        if re.search(
            r"\b(Patient|Proxy|CareTeamMember)\.objects\b|patients\.models import .*\bobjects\b",
            path.read_text(),
        )
    ]
    assert guilty == []


def test_a_missing_person_and_a_hidden_one_look_alike(owner, patient, outsider):
    client = signed_in(outsider)
    hidden = client.get(reverse("identity", args=[patient.pk]))
    missing = client.get(reverse("identity", args=[PatientFactory().pk + 999]))
    token = re.compile(r'(csrfmiddlewaretoken" value="|X-CSRFToken": "|name="next" value=")[^"]+')
    assert token.sub("", hidden.content.decode()) == token.sub("", missing.content.decode())
    assert (hidden.status_code, missing.status_code) == (404, 404)
