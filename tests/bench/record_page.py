"""A patient's record at 10 and at 2,000 entries: the same queries, and nearly the same time."""

from __future__ import annotations

import statistics
import subprocess
import sys
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, RoleAssignment, User
from appointments.models import Appointment, Status
from coordination.models import Alert, Allergy
from core import clock
from msp_portal import paths
from patients.models import Patient
from practitioners.models import Practitioner
from tests.bench import datasets, loads
from tests.bench.figures import Figure, in_turns, medians
from tests.bench.stage import Stage

FEW, MANY, LIMIT = 10, 2000, 1.5


def measure(stage: Stage, sizes: dict[str, loads.Size], rounds: int) -> list[Figure]:
    source = datasets.use(stage, datasets.W, sizes[datasets.W])
    datasets.copy(stage, "record", source)
    subprocess.run(
        [sys.executable, "manage.py", "prepare"], cwd=paths.BASE_DIR, check=True, capture_output=True
    )
    doctor = _doctor()
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(doctor.user)  # type: ignore[arg-type]
    pages = {f"at_{number}": f"/patients/{_lived(doctor, number).pk}/" for number in (FEW, MANY)}
    asked = {}
    for name, path in pages.items():
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            if client.get(path).status_code != 200:
                raise RuntimeError(path)
        asked[name] = len(captured)
    times = in_turns({name: lambda path=path: client.get(path) for name, path in pages.items()}, rounds)  # type: ignore[misc]
    found = statistics.median(
        many / few for many, few in zip(times[f"at_{MANY}"], times[f"at_{FEW}"], strict=True)
    )
    halves = medians(times)
    few, many = asked[f"at_{FEW}"], asked[f"at_{MANY}"]
    return [
        Figure(
            "record_page",
            f"a patient's record at {MANY:,} entries, in the process",
            f"{halves[f'at_{MANY}_ms']:.0f} ms, {found:.2f} × that at {FEW} · {many} queries",
            f"≤ {LIMIT} × the record at {FEW} · the same number of queries",
            found <= LIMIT and few == many,
            found,
            halves | {"queries_few": few, "queries_many": many},
        )
    ]


def _doctor() -> Practitioner:
    doctor = Practitioner.objects.order_by("pk").select_related("user")[0]
    if doctor.user is None:
        doctor.user, _new = User.objects.get_or_create(email="bench-doctor@example.org")
        doctor.save(update_fields=["user"])
    RoleAssignment.objects.get_or_create(user=doctor.user, role=Role.PRACTITIONER)
    return doctor


def _lived(doctor: Practitioner, entries: int) -> Patient:
    """One visit a day into the past; an allergy and an alert beside them, so that both pages show the same kinds."""
    template = Appointment.objects.filter(practitioner=doctor).select_related("reason")[0]
    patient = Patient.objects.create(
        birth_name=f"Dossier{entries}",
        birth_first_names="Marcel",
        birth_date=clock.today() - timedelta(days=80 * 365),
        attending_doctor=doctor,
    )
    assert doctor.user is not None
    Allergy.objects.create(patient=patient, noted_by=doctor.user)
    Alert.objects.create(patient=patient, text="Chutes", kind="safety", noted_by=doctor.user)
    length = template.end_at - template.start_at
    Appointment.objects.bulk_create(
        Appointment(
            patient=patient,
            practitioner=doctor,
            reason=template.reason,
            place_id=template.place_id,
            status=Status.FULFILLED,
            booked_at=clock.now(),
            start_at=(start := clock.now() - timedelta(days=3650 + day, hours=entries % 7)),
            end_at=start + length,
            blocked_until=start + length,
        )
        for day in range(entries - 2)
    )
    return patient
