"""The trail is added to, sealed, and found out when somebody changes it behind the portal's back."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from core import clock
from core.audit.models import AuditEvent, AuditSeal
from core.audit.record import record
from core.audit.seal import seal
from core.audit.verify import verify
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

SATURDAY, SUNDAY = date(2026, 11, 21), date(2026, 11, 22)


def write(user: User, day: date, hour: int, minute: int = 0) -> AuditEvent:
    with time_machine.travel(clock.at(day, time(hour, minute)), tick=False):
        return record(user, "patient.opened", user, reason="essai", café="à emporter")


def seal_at(day: date, hour: int) -> list[AuditSeal]:
    with time_machine.travel(clock.at(day, time(hour)), tick=False):
        return seal()


@pytest.fixture
def trail() -> list[AuditEvent]:
    """Two lines on Saturday, two on Sunday morning; sealed on Sunday at noon, again at 18 h."""
    user = UserFactory()
    lines = [
        write(user, SATURDAY, 9),
        write(user, SATURDAY, 23, 59),
        write(user, SUNDAY, 0),
        write(user, SUNDAY, 9),
    ]
    seal_at(SUNDAY, 12)
    lines.append(write(user, SUNDAY, 15))
    seal_at(SUNDAY, 18)
    lines.append(write(user, SUNDAY, 19))
    return lines


@contextmanager
def behind_the_back():
    """What somebody can do who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in (AuditEvent, AuditSeal):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")
        yield cursor
        for model in (AuditEvent, AuditSeal):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} ENABLE TRIGGER USER")


def stretches() -> list[tuple[date, int, int]]:
    return list(AuditSeal.objects.values_list("day", "number", "events"))


def breaks() -> list[tuple[date, int, str]]:
    return [(found.seal.day, found.seal.number, found.what) for found in verify().breaks]


def test_each_day_has_its_seals_and_they_form_one_chain(trail):
    assert stretches() == [(SATURDAY, 1, 2), (SUNDAY, 1, 2), (SUNDAY, 2, 1)]
    seals = list(AuditSeal.objects.all())
    assert [one.previous_digest for one in seals] == ["", seals[0].digest, seals[1].digest]
    verdict = verify()
    assert (verdict.is_whole, verdict.seals, verdict.events, verdict.open_events) == (True, 3, 5, 1)


def test_nothing_new_makes_no_seal_and_what_is_young_waits(trail):
    assert seal_at(SUNDAY, 18) == []
    with time_machine.travel(clock.at(SUNDAY, time(19, 9)), tick=False):
        assert seal() == []
    with time_machine.travel(clock.at(SUNDAY, time(19, 11)), tick=False):
        assert [one.events for one in seal()] == [1]


@pytest.mark.parametrize("model", [AuditEvent, AuditSeal])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_every_change(trail, model, change):
    with behind_the_back():
        pass  # the triggers against emptying tables, off between tests, are on from here
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(model._meta.db_table))
    assert (AuditEvent.objects.count(), AuditSeal.objects.count()) == (6, 3)


def test_nothing_is_written_into_a_sealed_stretch(trail):
    with pytest.raises(DatabaseError, match="is sealed"), transaction.atomic():
        write(trail[0].actor, SUNDAY, 10)
    assert AuditEvent.objects.count() == 6


def test_a_changed_line_is_found(trail):
    with behind_the_back() as cursor:
        cursor.execute("UPDATE audit_auditevent SET reason = 'autre' WHERE id = %s", [trail[2].pk])
    assert breaks() == [(SUNDAY, 1, "une trace a été modifiée")]


def test_a_missing_line_and_one_too_many_are_found(trail):
    with behind_the_back() as cursor:
        cursor.execute("DELETE FROM audit_auditevent WHERE id = %s", [trail[0].pk])
        write(trail[0].actor, SUNDAY, 16)
    assert breaks() == [(SATURDAY, 1, "1 trace manque"), (SUNDAY, 2, "1 trace de trop")]


def test_a_missing_seal_is_found(trail):
    with behind_the_back() as cursor:
        cursor.execute("DELETE FROM audit_auditseal WHERE day = %s AND number = 1", [SUNDAY])
    assert (SUNDAY, 2, "un scellé manque avant celui-ci") in breaks()


def test_a_chain_that_was_forged_whole_is_found_by_the_digest_noted_outside(trail):
    noted = AuditSeal.objects.latest("until").digest
    assert verify(noted).is_whole
    with behind_the_back() as cursor:
        cursor.execute("UPDATE audit_auditevent SET reason = 'autre' WHERE id = %s", [trail[0].pk])
        cursor.execute("DELETE FROM audit_auditseal")
    seal_at(SUNDAY, 18)
    assert verify().is_whole
    assert not verify(noted).is_whole


def test_the_command_says_so_and_fails(trail):
    out, err = StringIO(), StringIO()
    call_command("verify_audit", stdout=out)
    last = AuditSeal.objects.latest("until").digest
    assert out.getvalue() == f"whole: 5 events under 3 seals, 1 not yet sealed, last digest {last}\n"
    with behind_the_back() as cursor:
        cursor.execute("UPDATE audit_auditevent SET detail = '{}' WHERE id = %s", [trail[4].pk])
    with pytest.raises(CommandError, match="tampered"):
        call_command("verify_audit", "--anchor", "f" * 64, stdout=out, stderr=err)
    assert err.getvalue().splitlines() == [
        f"{AuditSeal.objects.latest('until')}: une trace a été modifiée",
        "the noted digest is not in the chain: it was rewritten",
    ]


def test_both_clock_changes_leave_no_gap():
    user = UserFactory()
    moments = [datetime(2026, 10, 24, 22, tzinfo=clock.PARIS) + timedelta(hours=n) for n in range(0, 30, 3)]
    for moment in moments:
        with time_machine.travel(moment, tick=False):
            record(user, "patient.opened", user)
    with time_machine.travel(moments[-1] + timedelta(days=2), tick=False):
        seal()
    seals = list(AuditSeal.objects.all())
    assert [one.since for one in seals] == [None, *[one.until for one in seals[:-1]]]
    assert (sum(one.events for one in seals), verify().is_whole) == (len(moments), True)
