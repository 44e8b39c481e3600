"""The address of an agenda: private, cheap to ask again, closed for good, and noted when it is read."""

from __future__ import annotations

import io
import logging
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import RoleAssignment
from appointments.models import FeedDetail, Status
from core import clock
from tests.appointments.calendar_feed.conftest import TOKEN, fetch
from tests.cast import MONDAY, SUNDAY_NOON, make_doctor, on_monday
from tests.factories.appointments import AbsenceFactory, AppointmentFactory
from tests.factories.calendars import CalendarFeedFactory

pytestmark = pytest.mark.django_db


def test_asked_again_answers_304_without_writing_the_file(feed, booked, visitor, monkeypatch):
    first = fetch(visitor)
    monkeypatch.setattr("appointments.views.calendar_feed.calendar_of", lambda feed: pytest.fail("written"))
    for name, value in (("If-None-Match", first["ETag"]), ("If-Modified-Since", first["Last-Modified"])):
        with CaptureQueriesContext(connection) as asked:
            again = fetch(visitor, **{name: value})
        assert (again.status_code, again.content) == (304, b"")
        assert len([one for one in asked if "sha256" in one["sql"]]) == 1
        assert len(asked) <= 4


def test_any_change_is_a_new_version(feed, doctor, booked, visitor):
    seen = [fetch(visitor)["ETag"]]

    def changed() -> bool:
        seen.append(fetch(visitor)["ETag"])
        return seen[-1] != seen[-2]

    assert not changed()
    booked.status = Status.ARRIVED
    booked.save()
    assert changed()
    booked.start_at, booked.end_at = on_monday(9, 40), on_monday(10)
    booked.blocked_until, booked.sequence = on_monday(10), 1
    booked.save()
    assert changed()
    doctor.reason.name = "Suivi"
    doctor.reason.save()
    assert changed()
    AbsenceFactory(practitioner=doctor.practitioner, start_at=on_monday(14), end_at=on_monday(16))
    assert changed()
    feed.refresh_from_db()
    feed.detail = FeedDetail.REASON
    feed.save(update_fields=["detail"])
    assert changed()
    with time_machine.travel(SUNDAY_NOON + timedelta(days=40), tick=False):
        assert changed()


def test_compressed_and_still_recognised(feed, doctor, visitor):
    for minutes in range(0, 120, 20):
        AppointmentFactory(reason=doctor.reason, start_at=on_monday(8) + timedelta(minutes=minutes))
    answer = fetch(visitor, **{"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert answer["ETag"].startswith('W/"')
    again = fetch(visitor, **{"Accept-Encoding": "gzip", "If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_unknown_closed_mistyped_and_of_somebody_gone_answer_the_same(feed, doctor, visitor):
    expected = (404, b"404\n", "private, no-store")
    closed = CalendarFeedFactory(practitioner=doctor.practitioner, token="closed", revoked_at=clock.now())
    retired = make_doctor("Dubois")
    CalendarFeedFactory(practitioner=retired.practitioner, token="retired")
    retired.practitioner.active_until = MONDAY - timedelta(days=5)
    retired.practitioner.save()
    dismissed = make_doctor("Masson")
    CalendarFeedFactory(practitioner=dismissed.practitioner, token="dismissed")
    RoleAssignment.objects.filter(user=dismissed.user).delete()
    for token in ("unknown", "closed", "retired", "dismissed", "é" * 50, "a" * 3000):
        answer = fetch(visitor, token)
        assert (answer.status_code, answer.content, answer["Cache-Control"]) == expected
    assert visitor.post(reverse("calendar_feed", args=[TOKEN])).status_code == 405
    closed.refresh_from_db()
    assert closed.fetched_at is None


def test_who_reads_is_noted_now_and_then(feed, booked, visitor):
    fetch(visitor, **{"User-Agent": "Google-Calendar-Importer" + "x" * 200})
    feed.refresh_from_db()
    assert (feed.fetched_at, feed.fetched_by[:25]) == (SUNDAY_NOON, "Google-Calendar-Importerx")
    with time_machine.travel(SUNDAY_NOON + timedelta(minutes=2), tick=False):
        fetch(visitor, **{"User-Agent": "curl"})
    feed.refresh_from_db()
    assert feed.fetched_at == SUNDAY_NOON


def test_too_many_fetches(feed, visitor, settings):
    cache.clear()
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "feed": {"address": "2/1h"}}
    answers = [fetch(visitor, token).status_code for token in (TOKEN, "unknown", TOKEN)]
    assert answers == [200, 404, 429]


def test_the_token_is_in_no_log_and_in_no_table(feed, booked, doctor, visitor, capsys):
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    formatter = logging.getLogger().handlers
    for one in formatter:
        if one.formatter is not None and "structlog" in type(one.formatter).__module__:
            handler.setFormatter(one.formatter)
    logging.getLogger().addHandler(handler)
    try:
        fetch(visitor)
        fetch(visitor, "wrong-" + TOKEN)
    finally:
        logging.getLogger().removeHandler(handler)
    out, err = capsys.readouterr()
    assert TOKEN not in said.getvalue() + out + err
    with connection.cursor() as cursor:
        cursor.execute("SELECT feed::text FROM appointments_calendarfeed feed")
        assert TOKEN not in cursor.fetchone()[0]
