"""What somebody reads when a page breaks: what he can do about it."""

import errno
import re

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from msp_portal import views

TRY_AGAIN = "Attendez une minute, puis réessayez."
NO_ROOM = "En ce moment, la place manque sur le serveur."
OUR_FAULT = "Réessayez dans un instant."


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (OperationalError("server closed the connection unexpectedly"), 503, TRY_AGAIN),
        (InterfaceError("connection already closed"), 503, TRY_AGAIN),
        (OSError(errno.ENOSPC, "No space left on device"), 503, NO_ROOM),
        (OSError(errno.EIO, "Input/output error"), 500, OUR_FAULT),
        (ValueError("a mistake of ours"), 500, OUR_FAULT),
    ],
)
def test_a_page_that_breaks(monkeypatch, error, status, sentence):
    def breaks(*_args):
        raise error

    monkeypatch.setattr(views, "render", breaks)
    answer = Client(raise_request_exception=False).get("/")
    assert (answer.status_code, answer.get("Retry-After")) == (status, "10" if status == 503 else None)
    alert = re.search(r'role="alert">(.*?)</p>', answer.text, re.DOTALL)
    assert alert is not None
    assert sentence in " ".join(alert[1].split())
    assert "Content-Security-Policy" in answer.headers
