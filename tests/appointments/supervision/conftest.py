"""A trainee, the two who may answer for him, and what of his hours stays open."""

from __future__ import annotations

from datetime import datetime

import pytest

from appointments.actions.declare_absence import declare_absence
from appointments.availability import free_slots
from appointments.models import Absence
from appointments.models.absence import AbsenceKind
from practitioners.models import Practitioner
from tests.cast import SUNDAY_NOON, make_doctor, on_monday
from tests.factories.practitioners import InternshipFactory


def away(practitioner: Practitioner, start: datetime, end: datetime, kind: str = "leave") -> Absence:
    absence = Absence(practitioner=practitioner, start_at=start, end_at=end, kind=kind)
    declare_absence(absence, actor=None)
    return absence


def closed(trainee: Practitioner) -> list[tuple[datetime, datetime]]:
    rows = Absence.objects.filter(practitioner=trainee, kind=AbsenceKind.UNSUPERVISED).order_by("start_at")
    return list(rows.values_list("start_at", "end_at"))


def free(reason) -> list[datetime]:
    end = on_monday(23)
    return [slot.start_at for slot in free_slots([reason], on_monday(0), end, now=SUNDAY_NOON)]


@pytest.fixture
def supervisor(doctor):
    return doctor.practitioner


@pytest.fixture
def second(teammate):
    return teammate.practitioner


@pytest.fixture
def trainee(sunday):
    """Receives on Monday from 8 to 10, like everybody here."""
    return make_doctor("Behague")


@pytest.fixture
def stay(trainee, supervisor):
    return InternshipFactory(intern=trainee.practitioner, supervisors=[supervisor])
