"""A day of the house, and nothing in its logs that tells who came."""

from __future__ import annotations

import io
import logging
import logging.config
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import Role
from coordination import tasks
from msp_portal import logs, views
from patients.models import Patient
from tests import files
from tests.accounts.conftest import PASSWORD, make_account
from tests.cast import on_monday, sign_in
from tests.coordination.documents.cast import SAID
from tests.factories.accounts import RoleAssignmentFactory, UserFactory


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


INS = "295109912611193"
# What was written of her that day, in any box.
WORDS = [
    "Zyxwolska",
    "Philom",
    "mirabelle",
    "aubergine",
    "rhubarbe",
    "1995-10-03",
    "03/10/1995",
    "612345678",
    INS,
]


def test_neither_work_nor_failure_names_anybody(said, owner, doctor, visitor, booked, uploads, monkeypatch):
    """What is written, sent, looked up and cancelled; then the database itself quotes her whole row, three times."""
    person = owner.patient
    person.birth_name, person.birth_first_names, person.phone = "Zyxwolska", "Philomène", "+33612345678"
    person.birth_date, person.sex, person.birth_place_code = date(1995, 10, 3), "female", "99126"
    person.save()
    desk = UserFactory()
    RoleAssignmentFactory(user=desk, role=Role.SECRETARY)
    note = {"kind": "observation", "for_team": "on", "text": "Madame Zyxwolska a mangé une mirabelle."}
    talk = {"subject": "Zyxwolska", "body": "Que penses-tu de son aubergine ?"}
    paper = {
        **SAID,
        "title": "Rhubarbe de Philomène",
        "documents": [files.sent(files.pdf(), "Zyxwolska.pdf")],
    }
    done = [
        doctor.client.post(reverse("write_note", args=[person.pk]), note),
        doctor.client.post(reverse("new_patient_conversation", args=[person.pk]), talk),
        doctor.client.post(reverse("add_documents", args=[person.pk]), paper),
        sign_in(desk).post(reverse("retrieve_ins", args=[person.pk]), {"number": INS}),
        owner.client.post(reverse("cancel_appointment", args=[booked.reference])),
    ]
    assert [answer.status_code for answer in done] == [302] * 5
    assert visitor.get("/nulle/part/?q=Zyxwolska&ne=1995-10-03").status_code == 404

    def breaks(*_args):
        with transaction.atomic():
            Patient.objects.filter(pk=person.pk).update(birth_date=None)

    monkeypatch.setattr(views, "render", breaks)
    monkeypatch.setattr(tasks.watching, "watch_tasks", breaks)
    visitor.raise_request_exception = False
    assert visitor.get("/?q=Zyxwolska").status_code == 500
    assert tasks.watch_tasks.apply().failed()
    text = said.getvalue()
    assert text.count("Failing row contains (…)") >= 3
    assert [word for word in WORDS if word.casefold() in text.casefold()] == []
