"""Contracts: which one holds on which day, what follows it, and who is told before it runs out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from partnerships.actions.alert_renewals import alert_renewals
from partnerships.actions.save_agreement import (
    AlreadyRenewed,
    AlreadySuspended,
    OutsideItsDates,
    StartsTooSoon,
    end_agreement,
    renew_agreement,
    resume_agreement,
    suspend_agreement,
)
from partnerships.models import Agreement, AgreementAlert, AgreementState, AgreementSuspension
from tests.factories.partnerships import AgreementFactory
from tests.factories.practitioners import ProfessionFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)


def suspended(agreement, since, until=None) -> AgreementSuspension:
    return AgreementSuspension(agreement=agreement, since=since, until=until, reason="Poste vacant")


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({}, AgreementState.IN_FORCE),
        ({"signed_on": None}, AgreementState.DRAFT),
        ({"starts_on": date(2027, 1, 1)}, AgreementState.COMING),
        ({"ends_on": date(2026, 11, 21)}, AgreementState.EXPIRED),
        ({"ends_on": TODAY}, AgreementState.IN_FORCE),
        ({"ended_on": date(2026, 11, 21)}, AgreementState.ENDED),
        ({"ended_on": TODAY}, AgreementState.IN_FORCE),
    ],
)
def test_its_state_is_read_from_its_dates(fields, state):
    agreement = AgreementFactory(**fields)
    assert agreement.state_on(TODAY) == state
    assert Agreement.objects.in_force(TODAY).exists() == (state == AgreementState.IN_FORCE)
    assert agreement.allows(TODAY) == (state == AgreementState.IN_FORCE)


@settings(max_examples=25)
@given(
    days=st.lists(st.integers(-40, 40), min_size=2, max_size=2).map(sorted),
    pause=st.none() | st.tuples(st.integers(-40, 40), st.none() | st.integers(0, 20)),
    cut=st.none() | st.integers(-40, 40),
    is_signed=st.booleans(),
)
def test_the_list_and_the_single_one_always_agree(days, pause, cut, is_signed):
    """`in_force` of the database says on each day what `allows` says of the row."""
    first, last = (TODAY + timedelta(days=offset) for offset in days)
    agreement = AgreementFactory(
        starts_on=first,
        ends_on=last,
        signed_on=first if is_signed else None,
        ended_on=min(max(TODAY + timedelta(days=cut), first), last) if cut is not None else None,
    )
    if pause is not None:
        since = TODAY + timedelta(days=pause[0])
        suspended(agreement, since, None if pause[1] is None else since + timedelta(days=pause[1])).save()
    # On each day on which something may change, and on the day before.
    edges = [first, last + timedelta(days=1)]
    edges += [agreement.ended_on + timedelta(days=1)] if agreement.ended_on else []
    for one in agreement.suspensions.all():
        edges += [one.since, *([one.until + timedelta(days=1)] if one.until else [])]
    for day in sorted({edge - timedelta(days=before) for edge in edges for before in (0, 1)}):
        found = Agreement.objects.in_force(day).filter(pk=agreement.pk).exists()
        assert (day, found) == (day, agreement.allows(day))
    AgreementSuspension.objects.all().delete()
    agreement.delete()


def test_a_suspension_rests_the_contract_until_it_is_lifted(coordinator, time_machine):
    agreement = AgreementFactory()
    pause = suspend_agreement(suspended(agreement, TODAY), actor=coordinator)
    assert Agreement.objects.get().state_on(TODAY) == AgreementState.SUSPENDED
    with pytest.raises(AlreadySuspended):
        suspend_agreement(suspended(agreement, date(2027, 3, 1)), actor=coordinator)
    with pytest.raises(OutsideItsDates):
        suspend_agreement(suspended(agreement, date(2028, 1, 1)), actor=coordinator)

    time_machine.move_to(clock.at(date(2026, 12, 1), clock.local(clock.now()).time()), tick=False)
    resume_agreement(pause, actor=coordinator)
    pause.refresh_from_db()
    assert pause.until == date(2026, 11, 30)
    assert Agreement.objects.get().state_on(date(2026, 12, 1)) == AgreementState.IN_FORCE
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "agreement.suspended",
        "agreement.resumed",
    ]


def test_a_suspension_that_had_not_begun_never_was(coordinator):
    agreement = AgreementFactory()
    pause = suspend_agreement(suspended(agreement, date(2027, 2, 1)), actor=coordinator)
    resume_agreement(pause, actor=coordinator)
    assert AgreementSuspension.objects.count() == 0


def test_a_renewal_is_a_new_version_and_the_earlier_one_stays_as_it_was(coordinator):
    earlier = AgreementFactory(ends_on=date(2026, 12, 31))
    psychiatry = ProfessionFactory(slug="psychiatre", name="psychiatre")
    terms = Agreement(
        title=earlier.title, starts_on=date(2027, 1, 1), ends_on=date(2028, 12, 31), seats_per_month=12
    )
    renewed = renew_agreement(earlier, terms, [psychiatry], actor=coordinator)
    assert (renewed.version, renewed.renews, renewed.partner) == (2, earlier, earlier.partner)
    assert str(renewed) == "Consultations avancées de psychiatrie (v2)"
    assert list(renewed.professions.all()) == [psychiatry]
    earlier.refresh_from_db()
    assert (earlier.ends_on, earlier.version, earlier.seats_per_month) == (date(2026, 12, 31), 1, None)
    assert list(Agreement.objects.last_versions()) == [renewed]
    again = Agreement(title="x", starts_on=date(2027, 1, 1), ends_on=date(2027, 2, 1))
    with pytest.raises(AlreadyRenewed):
        renew_agreement(earlier, again, [], actor=coordinator)


def test_a_renewal_begins_after_the_earlier_one(coordinator):
    earlier = AgreementFactory(ends_on=date(2026, 12, 31))
    early = Agreement(title="x", starts_on=date(2026, 12, 31), ends_on=date(2027, 2, 1))
    with pytest.raises(StartsTooSoon):
        renew_agreement(earlier, early, [], actor=coordinator)
    assert Agreement.objects.count() == 1


def test_it_can_be_ended_before_its_time(coordinator):
    agreement = AgreementFactory()
    with pytest.raises(OutsideItsDates):
        end_agreement(agreement, date(2028, 1, 1), "Fin de poste", actor=coordinator)
    end_agreement(agreement, date(2027, 1, 31), "Fin de poste", actor=coordinator)
    agreement.refresh_from_db()
    assert (agreement.ends_really_on, agreement.allows(date(2027, 2, 1))) == (date(2027, 1, 31), False)


def test_the_coordinator_is_told_at_six_three_and_one_month_once_each(coordinator, time_machine):
    """The clock is asked for ten months, twice on every tenth day and around each step."""
    agreement = AgreementFactory(ends_on=date(2027, 8, 31))
    year = {TODAY + timedelta(days=offset) for offset in range(0, 300, 10)}
    steps = (date(2027, 2, 28), date(2027, 5, 31), date(2027, 7, 31))
    year |= {step + timedelta(days=around) for step in steps for around in (-1, 0, 1)}
    told = [day for day in sorted(year) for _twice in range(2) if alert_renewals(day)]
    assert told == [date(2027, 2, 28), date(2027, 5, 31), date(2027, 7, 31)]
    message = OutboxMessage.objects.order_by("pk").first()
    assert (message.recipient, message.payload) == (
        coordinator,
        {"partner": agreement.partner.name, "title": agreement.title, "ends_on": "2027-08-31"},
    )
    assert OutboxMessage.objects.count() == 3


def test_after_an_outage_only_the_nearest_step_is_told(coordinator):
    agreement = AgreementFactory(ends_on=date(2026, 12, 10))
    assert alert_renewals(TODAY) == 1
    assert alert_renewals(TODAY) == 0
    assert sorted(agreement.alerts.values_list("months_before", flat=True)) == [1, 3, 6]
    assert OutboxMessage.objects.count() == 1


def test_who_is_renewed_ended_or_unsigned_alerts_nobody(coordinator):
    renewed = AgreementFactory(ends_on=date(2026, 12, 10))
    AgreementFactory(
        partner=renewed.partner,
        renews=renewed,
        version=2,
        starts_on=date(2026, 12, 11),
        ends_on=date(2030, 1, 1),
    )
    AgreementFactory(ends_on=date(2026, 12, 10), signed_on=None)
    AgreementFactory(ends_on=date(2026, 12, 10), ended_on=date(2026, 12, 1))
    AgreementFactory(ends_on=date(2026, 11, 21))
    assert (alert_renewals(TODAY), AgreementAlert.objects.count()) == (0, 0)
