"""Two coordinators, one plan; two plans, one seat; a worker that dies between the approval and the sending."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
import time_machine

from appointments.actions.send_cascade import NothingToSend
from appointments.models import Cascade, SlotOffer
from core import clock
from core.outbox.models import OutboxMessage, State
from partnerships.actions.carry_on import carry_on_all
from partnerships.actions.change_session import cancel_session
from partnerships.actions.session_cascade import approve
from partnerships.models import ExpectedPatient
from partnerships.session_cascade import progress_of
from tests.appointments.test_races import deadlocks, race
from tests.factories.partnerships_session_cascade import expected, programme, session
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db(transaction=True)

THURSDAY = clock.at(date(2026, 12, 3), time(14))


def test_approved_at_once_sent_once_and_carried_on_once(coordinator):
    psychiatry = programme()
    doctor = PractitionerFactory(kind="visiting")
    lost = session(psychiatry, doctor, THURSDAY, actor=coordinator, seats=6)
    # Full: nobody of the one finds a seat in the other.
    rival = session(psychiatry, PractitionerFactory(kind="visiting"), THURSDAY, actor=coordinator, seats=3)
    for one in (lost, rival):
        for number in range(3):
            expected(one, number, priority=1 + number, email=f"{one.pk}.{number}@example.org")
    for one in (lost, rival):
        cancel_session(one, "Grève", by="EPSM", actor=coordinator)
    session(psychiatry, doctor, THURSDAY + timedelta(weeks=1), actor=coordinator, seats=1)
    plans = list(Cascade.objects.order_by("pk"))
    # Both plans were made before the seat was there: everybody goes to the list.
    before = deadlocks()
    results = race([lambda plan=plan: approve(plan, actor=coordinator) for plan in plans for _twice in "ab"])
    assert sorted(type(one).__name__ for one in results) == ["Counter"] * 2 + [NothingToSend.__name__] * 2
    assert OutboxMessage.objects.filter(kind="session.on_list").count() == 6
    # The worker died here, and nothing but rows is left: the messages leave, and everybody is listed exactly once.
    with time_machine.travel(clock.now() + timedelta(minutes=5), tick=False):
        OutboxMessage.objects.update(state=State.SENT, sent_at=clock.now())
        moved = race([carry_on_all] * 4)
        assert sum(moved) == 6
        assert ExpectedPatient.objects.exclude(listed_at=None).count() == 6
        assert [progress_of(plan, clock.now()).done for plan in plans] == [3, 3]
    assert (SlotOffer.objects.count(), deadlocks() - before) == (0, 0)
