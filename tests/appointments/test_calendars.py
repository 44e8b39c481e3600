"""« Agendas »: secret addresses, each shown once, renewed, closed; his own affair, except closing."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from appointments.models import CalendarFeed, FeedDetail
from appointments.models.calendar_feed import MOST_FEEDS, digest_of
from core.audit.models import AuditEvent
from tests.cast import SUNDAY_NOON, sign_in
from tests.factories.accounts import with_role
from tests.factories.calendars import CalendarFeedFactory

pytestmark = pytest.mark.django_db


def address(name, doctor, *args):
    return reverse(name, args=[doctor.practitioner.slug, *args])


def shown_address(response) -> str:
    found = re.search(r'value="([^"]+\.ics)"', response.text)
    assert found, response.text
    return found[1]


@pytest.fixture
def secretary(db, sunday) -> Client:
    return sign_in(with_role(Role.SECRETARY, email="accueil@example.org"))


def test_created_and_shown_once(doctor, visitor, booked):
    typed = {"label": "Mon téléphone", "detail": "reason", "with_absences": "on"}
    answer = doctor.client.post(address("add_feed", doctor), typed)
    where = shown_address(answer)
    assert where.startswith(settings.PUBLIC_URL + "/agenda/")
    assert "no-store" in answer["Cache-Control"]
    feed = CalendarFeed.objects.get()
    token = where.rpartition("/")[2].removesuffix(".ics")
    assert (feed.practitioner, feed.created_by, feed.digest) == (
        doctor.practitioner,
        doctor.user,
        digest_of(token),
    )
    assert (feed.label, feed.detail, feed.with_absences) == ("Mon téléphone", FeedDetail.REASON, True)
    assert token not in doctor.client.get(address("calendars", doctor)).text
    assert visitor.get(where.removeprefix(settings.PUBLIC_URL)).status_code == 200
    assert AuditEvent.objects.get(action="feed.open").actor_id == doctor.user.pk


def test_renewed_the_old_address_is_dead(doctor, visitor):
    feed = CalendarFeedFactory(practitioner=doctor.practitioner, token="old", fetched_at=SUNDAY_NOON)
    where = shown_address(doctor.client.post(address("renew_feed", doctor, feed.pk)))
    assert visitor.get(reverse("calendar_feed", args=["old"])).status_code == 404
    assert visitor.get(where.removeprefix(settings.PUBLIC_URL)).status_code == 200
    feed.refresh_from_db()
    assert feed.renewed_at == SUNDAY_NOON


def test_changed_the_address_stays(doctor, visitor):
    feed = CalendarFeedFactory(practitioner=doctor.practitioner, token="kept")
    page = address("edit_feed", doctor, feed.pk)
    assert "Mon téléphone" in doctor.client.get(page).text
    answer = doctor.client.post(page, {"label": "Outlook", "detail": "initials"})
    assert (answer.status_code, answer.url) == (302, address("calendars", doctor))
    feed.refresh_from_db()
    assert (feed.label, feed.detail, feed.with_absences) == ("Outlook", FeedDetail.INITIALS, False)
    assert visitor.get(reverse("calendar_feed", args=["kept"])).status_code == 200


@pytest.mark.parametrize("whose", ["own", "desk"])
def test_closed_by_him_or_by_the_desk(doctor, visitor, secretary, whose):
    feed = CalendarFeedFactory(practitioner=doctor.practitioner, token="closing")
    client = doctor.client if whose == "own" else secretary
    for _ in range(2):
        answer = client.post(address("revoke_feed", doctor, feed.pk))
    assert answer.status_code == 404  # closed already
    feed.refresh_from_db()
    assert feed.revoked_at == SUNDAY_NOON
    assert visitor.get(reverse("calendar_feed", args=["closing"])).status_code == 404
    assert AuditEvent.objects.filter(action="feed.revoke").count() == 1


@pytest.mark.parametrize(
    "wrong", [{"label": ""}, {"detail": "tout"}, {"label": "x" * 61}, {"label": "\x00"}, {"detail": ""}]
)
def test_what_cannot_be(doctor, wrong):
    typed = {"label": "Mac", "detail": "busy", **wrong}
    answer = doctor.client.post(address("add_feed", doctor), typed)
    assert (answer.status_code, CalendarFeed.objects.count()) == (422, 0)
    assert 'class="invalid-feedback"' in answer.text or 'role="alert"' in answer.text


def test_no_more_than_ten(doctor):
    CalendarFeedFactory.create_batch(MOST_FEEDS, practitioner=doctor.practitioner)
    answer = doctor.client.post(address("add_feed", doctor), {"label": "Mac", "detail": "busy"}, follow=True)
    assert "Vous avez déjà 10 adresses." in answer.text
    assert CalendarFeed.objects.count() == MOST_FEEDS


def test_whose_affair_it_is(doctor, teammate, owner, visitor, secretary):
    feed = CalendarFeedFactory(practitioner=doctor.practitioner)
    pages = [("calendars",), ("add_feed",), ("edit_feed", feed.pk)]
    posts = [("renew_feed", feed.pk), ("revoke_feed", feed.pk)]
    for client in (teammate.client, owner.client):
        assert [client.get(address(name, doctor, *args)).status_code for name, *args in pages] == [404] * 3
        assert [client.post(address(name, doctor, *args)).status_code for name, *args in posts] == [404] * 2
        # Nor through one's own practice.
        assert client.post(address("renew_feed", teammate, feed.pk)).status_code == 404
    assert [visitor.get(address(name, doctor, *args)).status_code for name, *args in pages] == [302] * 3
    assert [secretary.get(address(name, doctor, *args)).status_code for name, *args in pages] == [
        200,
        404,
        404,
    ]
    assert secretary.post(address("renew_feed", doctor, feed.pk)).status_code == 404
    feed.refresh_from_db()
    assert feed.revoked_at is None


def test_the_page_asks_no_more_for_ten(doctor, django_assert_max_num_queries, django_assert_num_queries):
    CalendarFeedFactory(practitioner=doctor.practitioner)
    page = address("calendars", doctor)
    doctor.client.get(page)
    with django_assert_max_num_queries(15) as first:
        doctor.client.get(page)
    CalendarFeedFactory.create_batch(9, practitioner=doctor.practitioner)
    with django_assert_num_queries(len(first)):
        assert doctor.client.get(page).text.count("Mon téléphone") == 10
