"""What is wrong stands first, with what mends it; to others the page does not exist."""

from __future__ import annotations

import os
from datetime import timedelta
from types import SimpleNamespace

import pytest

from accounts.models import Role
from core import clock
from core.outbox import health as outbox
from core.uploads.models import UploadState
from msp_portal import house_health
from msp_portal.house_health import findings
from tests.cast import sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.documents import UploadFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/gestion/sante/"


@pytest.fixture(autouse=True)
def machine(settings, tmp_path, monkeypatch):
    """A machine with room, a Redis that answers, no backup."""
    settings.DATA_DIR, settings.DEMO = tmp_path, False
    monkeypatch.setattr(house_health, "cache_state", lambda: "ok")
    return tmp_path


def levels() -> dict[str, str]:
    return {one.name: one.level for one in findings()}


def test_a_machine_just_started_says_what_has_not_happened_yet(machine):
    assert [(one.name, one.level) for one in findings()] == [
        ("Ouvrier et horloge (Celery)", "danger"),
        ("Dossier d’urgence", "danger"),
        ("Sauvegarde", "danger"),
        ("Journal des accès", "warning"),
        ("Base de données", "success"),
        ("Mémoire rapide (Redis ou Valkey)", "success"),
        ("Messages", "success"),
        ("Contrôle des fichiers envoyés", "success"),
        ("Place sur le disque", "success"),
        ("Heure", "success"),
    ]


def test_each_fault_is_said_and_goes_with_its_cause(machine, monkeypatch):
    outbox.beat()
    backup = machine / "backups" / "msp-20260101T000000Z.tar.age"
    backup.parent.mkdir()
    backup.write_bytes(b"")
    assert (levels()["Ouvrier et horloge (Celery)"], levels()["Sauvegarde"]) == ("success", "success")

    yesterday = (clock.now() - timedelta(hours=31)).timestamp()
    os.utime(backup, (yesterday, yesterday))
    outbox.beat(clock.now() - timedelta(minutes=2))
    UploadFactory(state=UploadState.RECEIVED, sent_at=clock.now() - timedelta(minutes=9), digest="", size=0)
    monkeypatch.setattr(house_health, "cache_state", lambda: "unavailable")
    monkeypatch.setattr(house_health.shutil, "disk_usage", lambda _: SimpleNamespace(free=2_000_000_000))
    found = {one.name: (one.level, one.says) for one in findings()}
    assert found["Ouvrier et horloge (Celery)"] == (
        "danger",
        "Dernier passage\u00a0: il y a 2\u00a0minutes. Confirmations et rappels attendent.",
    )
    assert found["Sauvegarde"] == ("danger", "La dernière date de 1\u00a0jour, 7\u00a0heures.")
    assert found["Contrôle des fichiers envoyés"] == ("danger", "Un fichier attend depuis 9\u00a0minutes.")
    assert found["Place sur le disque"] == ("warning", "1,9\u00a0Gio libres.")
    assert found["Mémoire rapide (Redis ou Valkey)"][0] == "danger"


def test_the_desk_reads_it_and_nobody_else(owner, doctor, settings):
    settings.DEMO = True  # staff without a second factor
    secretary = RoleAssignmentFactory(role=Role.SECRETARY).user
    answers = [one.get(ADDRESS).status_code for one in (sign_in(secretary), doctor.client, owner.client)]
    assert answers == [200, 404, 404]


def test_the_list_of_messages_is_offered_to_whom_it_answers(doctor, settings):
    settings.DEMO = True
    pages = [
        sign_in(RoleAssignmentFactory(role=role).user).get(ADDRESS).text
        for role in (Role.SECRETARY, Role.COORDINATOR, Role.ADMINISTRATOR)
    ]
    assert ["/pilotage/messages/" in page.partition("<main")[2] for page in pages] == [True, False, True]
