"""A day of the house, and nothing in its logs that tells who came."""

from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator

import pytest
from django.urls import reverse

from msp_portal import logs
from tests.accounts.conftest import PASSWORD, make_account
from tests.cast import on_monday


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """What the operator reads of everything, library or ours."""
    config = logs.configure("text", level="DEBUG")
    shape = logging.config.DictConfigurator(config).configure_formatter(config["formatters"]["structured"])
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(shape)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel("INFO")
    yield handler.stream
    root.removeHandler(handler)
    root.setLevel(before)


def test_no_line_names_anybody(said, owner, doctor, visitor, booked):
    person = owner.patient
    person.birth_name, person.birth_first_names, person.phone = "Zyxwolska", "Philomène", "+33612345678"
    person.save()
    make_account("philomene.zyxwolska@example.org", PASSWORD)
    for password in ("faux mot de passe", PASSWORD):
        sent = {"login": "philomene.zyxwolska@example.org", "password": password}
        visitor.post(reverse("account_login"), sent)
    looked_for = {"birth_name": "Zyxwolska", "birth_date": f"{person.birth_date:%Y-%m-%d}"}
    doctor.client.post(reverse("patient_search"), looked_for)
    doctor.client.get(reverse("patient_search"), looked_for)
    doctor.client.get(reverse("patient_record", args=[person.pk]))
    doctor.client.get(reverse("my_day"))
    slot = f"{doctor.reason.pk}.{int(on_monday(8).timestamp())}"
    owner.client.post(reverse("hold_slot"), {"slot": slot})
    owner.client.get(reverse("appointment", args=[booked.reference]))
    owner.client.get("/mon-espace/Zyxwolska/?q=philomene.zyxwolska@example.org")
    text = said.getvalue()
    assert text.count("event=request_finished") >= 9
    secrets = [*("zyxwolska@", "612345678", "Philom", PASSWORD, "sessionid="), str(person.birth_date)]
    assert [secret for secret in secrets if secret.casefold() in text.casefold()] == []
    # An address that somebody makes up is written as he wrote it; none of ours holds a name.
    ours = [line for line in text.splitlines() if "/mon-espace/Zyxwolska/" not in line]
    assert [line for line in ours if "zyxwolska" in line.casefold()] == []
