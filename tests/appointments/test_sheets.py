"""The day on paper: what its reader may see, on how many pages; the emergency folder: when, where, for whom to read."""

from __future__ import annotations

import stat
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pypdfium2
import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from appointments import emergency_folder
from appointments.access import Reader
from appointments.actions import write_emergency_folder
from appointments.models import EmergencyFolder
from appointments.schedule import Wanted
from appointments.sheets import day_sheets
from core import clock
from core.audit.models import AuditEvent
from tests.cast import MONDAY, on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db
DESK = Reader(None, is_desk=True)


def pages(content: bytes) -> list[str]:
    found = pypdfium2.PdfDocument(content)
    texts = [page.get_textpage().get_text_range() for page in found]
    return [" ".join(text.replace("\u00a0", " ").split()) for text in texts]


@pytest.fixture
def folder(tmp_path, settings) -> Path:
    settings.EMERGENCY_DIR = tmp_path / "urgence"
    return settings.EMERGENCY_DIR


@pytest.fixture
def hers(booked, doctor):
    """The owner's visit, with what a desk needs beside it."""
    patient = booked.patient
    patient.phone, patient.birth_first_names = "+33612345678", "Zoé Łucja"
    patient.save()
    booked.team_note = "En fauteuil"
    booked.save()
    return booked


def test_one_practitioner_as_he_may_see_it(hers, doctor, teammate):
    address = reverse("day_sheet_pdf") + "?jour=2026-11-23&praticien=vandamme"
    answer = doctor.client.get(address)
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf",
        'inline; filename="feuille-2026-11-23.pdf"',
    )
    (page,) = pages(answer.content)
    assert page == (
        "Dr Claire Vandamme lundi 23 novembre 2026 · médecin généraliste Ouvert de 8 h à 10 h"
        " Heure Patient Né(e) le Téléphone Motif Salle"
        " 9 h Zoé Lefebvre En fauteuil 14/03/1980 06 12 34 56 78 Consultation Rendez-vous : 1"
        " Feuille du lundi 23 novembre 2026 · établie le dimanche 22 novembre à 12 h 1/1"
    )
    (colleague,) = pages(teammate.client.get(address).content)
    for hidden in ("Lefebvre", "06 12", "1980", "fauteuil"):
        assert hidden not in colleague


def test_a_sensitive_reason_is_not_on_the_paper_of_the_desk(hers, doctor):
    hers.reason.is_sensitive, hers.reason.name = True, "Sevrage tabagique"
    hers.reason.save()
    (page,) = pages(day_sheets(DESK, Wanted(MONDAY), printed_at=clock.now()))
    assert "Zoé Lefebvre" in page
    assert "Sevrage" not in page


def test_a_full_day_takes_a_second_page_with_its_headings(doctor, booked):
    for number in range(60):
        AppointmentFactory(
            reason=doctor.reason,
            patient=PatientFactory(birth_first_names="Maximilienne", used_name="van den Broeck-Vandenberghe"),
            start_at=on_monday(10) + timedelta(minutes=number),
            is_overbooked=True,
        )
    found = pages(day_sheets(DESK, Wanted(MONDAY), printed_at=clock.now()))
    assert len(found) > 1
    assert all("Heure Patient" in page for page in found)
    assert [page.split()[-1] for page in found] == [f"{n}/{len(found)}" for n in range(1, len(found) + 1)]


def test_nobody_receives(doctor):
    (page,) = pages(day_sheets(DESK, Wanted(MONDAY + timedelta(days=5)), printed_at=clock.now()))
    assert "Personne ne reçoit ce jour." in page


def test_a_place_alone_and_the_same_queries_at_any_size(doctor, teammate, booked):
    def count() -> int:
        with CaptureQueriesContext(connection) as found:
            day_sheets(DESK, Wanted(MONDAY, place=booked.place_id), printed_at=clock.now())
        return len(found)

    count()
    alone = count()
    for minute in range(30):
        AppointmentFactory(
            reason=teammate.reason, start_at=on_monday(12) + timedelta(minutes=minute), is_overbooked=True
        )
    assert count() == alone <= 6


def test_patients_have_no_sheet(owner, visitor, booked):
    for name in ("day_sheet_pdf", "emergency_folder"):
        assert owner.client.get(reverse(name)).status_code == 404
        assert visitor.get(reverse(name)).status_code == 302


def paris(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    return clock.at(day, time(hour, minute))


@pytest.mark.parametrize(
    ("written", "now", "is_due"),
    [
        (None, paris(3), True),
        (paris(20, 1, MONDAY - timedelta(days=1)), paris(4, 59), False),
        (paris(20, 1, MONDAY - timedelta(days=1)), paris(5), True),
        (paris(5, 1), paris(19, 59), False),
        (paris(5, 1), paris(20), True),
        (paris(5, 1, date(2026, 10, 24)), paris(4, 0, date(2026, 10, 25)), True),  # the night of 25 hours
        (paris(20, 1, date(2026, 10, 24)), paris(4, 59, date(2026, 10, 25)), False),
    ],
)
def test_when_it_is_due(written, now, is_due):
    if written is not None:
        EmergencyFolder.objects.create(written_at=written, first_day=MONDAY, last_day=MONDAY)
    assert emergency_folder.is_due(now) is is_due


def test_written_whole_for_the_portal_alone_and_pruned(hers, folder):
    folder.mkdir()
    for name in ("planning-2026-11-20.pdf", "planning-2026-11-22.part", "autre.txt"):
        (folder / name).write_text("ancien")
    call_command("emergency_folder")
    found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.glob("planning-*.pdf")}
    assert found == {f"planning-2026-11-{day}.pdf": 0o600 for day in (22, 23, 24)}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in folder.iterdir() if path.suffix != ".pdf") == ["autre.txt"]
    (page,) = pages((folder / "planning-2026-11-23.pdf").read_bytes())
    assert "Zoé Lefebvre" in page
    assert "06 12 34 56 78" in page
    row = EmergencyFolder.objects.get()
    days = (MONDAY - timedelta(days=1), date(2026, 11, 24))
    assert (row.written_at, row.first_day, row.last_day) == (clock.now(), *days)
    assert AuditEvent.objects.get(action="emergency_folder.written").detail == {
        "first": "2026-11-22",
        "last": "2026-11-24",
    }


def test_by_itself_once_a_time_and_from_tomorrow_in_the_evening(hers, folder):
    with time_machine.travel(paris(20, 5), tick=False):
        assert [write_emergency_folder.write_if_due() for _ in range(2)] == [True, False]
        assert EmergencyFolder.objects.get().first_day == MONDAY + timedelta(days=1)
    with time_machine.travel(paris(5, 10, MONDAY + timedelta(days=1)), tick=False):
        assert write_emergency_folder.write_if_due()
        assert EmergencyFolder.objects.count() == 1


def test_a_disk_that_refuses_leaves_the_old_paper_and_its_date(hers, folder, monkeypatch):
    write_emergency_folder.write_emergency_folder()
    before = (folder / "planning-2026-11-23.pdf").read_bytes()
    monkeypatch.setattr(
        write_emergency_folder.os, "fsync", lambda _file: (_ for _ in ()).throw(OSError("full"))
    )
    with time_machine.travel(clock.now() + timedelta(hours=9), tick=False):
        with pytest.raises(OSError, match="full"):
            write_emergency_folder.write_emergency_folder()
        assert (folder / "planning-2026-11-23.pdf").read_bytes() == before
        assert EmergencyFolder.objects.get().written_at < clock.now()


def test_the_desk_sees_its_age(folder, sunday):
    desk = UserFactory()
    RoleAssignmentFactory(user=desk, role=Role.SECRETARY)
    client = sign_in(desk)
    address = reverse("emergency_folder")
    assert "pas encore été écrit" in client.get(address).content.decode()
    write_emergency_folder.write_emergency_folder()
    assert "Le dossier est à jour" in client.get(address).content.decode()
    assert address in client.get(reverse("my_day")).content.decode()
    EmergencyFolder.objects.update(written_at=clock.now() - timedelta(hours=27))
    assert "Le dossier est trop ancien" in client.get(address).content.decode()
    assert client.get(reverse("day_sheet_pdf")).status_code == 200
