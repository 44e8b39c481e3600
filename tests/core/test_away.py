"""What somebody reads when a page breaks: what he can do about it."""

import errno
import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import DataError, InterfaceError, OperationalError
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from msp_portal import views
from practitioners.house import the_house
from tests.cast import on_monday
from tests.factories.practitioners import CentreFactory

TRY_AGAIN = "Attendez une minute, puis réessayez."
NO_ROOM = "En ce moment, la place manque sur le serveur."
NOT_UNDERSTOOD = "Revenez en arrière et recommencez."
OUR_FAULT = "Réessayez dans un instant."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (OperationalError("server closed the connection unexpectedly"), 503, TRY_AGAIN),
        (InterfaceError("connection already closed"), 503, TRY_AGAIN),
        (OSError(errno.ENOSPC, "No space left on device"), 503, NO_ROOM),
        (OSError(errno.EIO, "Input/output error"), 500, OUR_FAULT),
        (DataError("value too long for type character varying(80)"), 400, NOT_UNDERSTOOD),
        (ValueError("a mistake of ours"), 500, OUR_FAULT),
    ],
)
def test_a_page_that_breaks(monkeypatch, caplog, error, status, sentence):
    def breaks(*_args):
        raise error

    monkeypatch.setattr(views, "render", breaks)
    answer = Client(raise_request_exception=False).get("/")
    assert (answer.status_code, answer.get("Retry-After")) == (status, "10" if status == 503 else None)
    alert = re.search(r'role="alert">(.*?)</p>', answer.text, re.DOTALL)
    assert alert is not None
    assert sentence in " ".join(alert[1].split())
    incident = re.findall(r"<code>([0-9a-f-]{36})</code>", answer.text)
    assert incident == list({line.msg["request_id"] for line in caplog.records if isinstance(line.msg, dict)})
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.django_db
def test_a_session_that_the_database_could_not_keep(monkeypatch, owner, doctor):
    """Django says « bad request » of it: the session would have been deleted by somebody else."""

    def dies(*_args, **_options):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(Session, "save", dies)
    owner.client.raise_request_exception = False
    slot = f"{doctor.reason.pk}.{int(on_monday(8).timestamp())}"
    answer = owner.client.post(reverse("hold_slot"), {"slot": slot})
    assert (answer.status_code, answer["Retry-After"], TRY_AGAIN in answer.text) == (503, "10", True)


@pytest.mark.django_db
def test_a_database_that_is_away_is_asked_once_a_page(monkeypatch, owner):
    """Each time is the whole patience of the pool, and the visitor's."""
    asked = []

    def away(store):
        asked.append(store.session_key)
        raise OperationalError("couldn't get a connection after 10.00 sec")

    monkeypatch.setattr(SessionStore, "_get_session_from_db", away)
    owner.client.raise_request_exception = False
    answer = owner.client.get(reverse("find"))
    assert (answer.status_code, TRY_AGAIN in answer.text) == (503, True)
    assert asked == [owner.client.cookies["sessionid"].value]


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["400.html", "500.html", "503.html"])
def test_the_telephone_is_known_without_asking(django_assert_num_queries, page):
    """Who has met the house once tells its number also where nothing can be read any more."""
    assert "tel:+33" not in render_to_string(page)
    CentreFactory(phone="+33321000000")
    the_house()
    with django_assert_num_queries(0):
        text = render_to_string(page)
    assert re.findall(r'href="tel:([+\d]+)"', text) == ["+33321000000", "15"]
