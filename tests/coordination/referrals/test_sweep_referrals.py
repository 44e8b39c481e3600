"""Nobody is forgotten: every clock of every state, once a step, whoever sweeps and however late; any history."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordination.actions import answer_referral as answers
from coordination.actions import redirect_referral as redirecting
from coordination.actions import report_referral as reporting
from coordination.actions.sweep_referrals import sweep_referrals
from coordination.models import (
    DelayPurpose,
    Proposal,
    Referral,
    ReferralDelay,
    ReferralState,
    ReferralTimer,
    TimerStep,
    Urgency,
)
from coordination.referral_delays import working_day_after
from core import clock
from core.outbox.models import OutboxMessage
from core.refusal import Refusal
from tests.appointments.test_races import race
from tests.cast import SUNDAY_NOON
from tests.factories.appointments import AbsenceFactory
from tests.factories.referrals import accepted_referral, draft_referral, sent_referral

S = ReferralState
DAY = timedelta(days=1)


def chases(referral: Referral) -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(
        subject_type="coordination.referral",
        subject_id=referral.pk,
        payload__verb__in=["reminder", "warning", "escalated"],
    )
    return [(row.payload["verb"], row.address) for row in rows.order_by("pk")]


def forgotten(now: datetime):
    """Open, past every clock, and on nobody's list."""
    running = ReferralTimer.objects.running().filter(referral=OuterRef("pk"), due_at__gt=now)
    return Referral.objects.open().filter(escalated_at=None).exclude(Exists(running))


def in_state(state, patient, doctor, physio) -> Referral:
    ask, asked = doctor.practitioner, physio.practitioner
    if state == S.DRAFT:
        return draft_referral(patient, ask, asked)
    if state in (S.ACCEPTED, S.COMPLETED):
        referral = accepted_referral(patient, ask, asked)
        if state == S.COMPLETED:
            account = reporting.Account("Fait.", Proposal.STOP)
            reporting.write_report(referral, asked, account, actor=physio.user)
        return Referral.objects.get(pk=referral.pk)
    referral = sent_referral(patient, ask, asked)
    if state == S.ASKED:
        return answers.ask_detail(referral, asked, "Depuis quand ?", actor=physio.user)
    if state == S.REFUSED:
        return answers.refuse_referral(referral, asked, "Complet.", actor=physio.user)
    return referral


DOCTOR, PHYSIO, COORDINATION = "vandamme@example.org", "lesage@example.org", "coordination@example.org"
# Whose turn it is, then the other one, then the coordination; working days of each step where nothing is urgent.
CLOCKS = {
    S.DRAFT: (DOCTOR, PHYSIO, 2),
    S.SENT: (PHYSIO, DOCTOR, 3),
    S.ASKED: (DOCTOR, PHYSIO, 3),
    S.ACCEPTED: (PHYSIO, DOCTOR, 7),
    S.COMPLETED: (DOCTOR, PHYSIO, 7),
    S.REFUSED: (DOCTOR, PHYSIO, 3),
}


@pytest.mark.parametrize("state", CLOCKS)
def test_each_clock_fires_each_step_once(state, patient, doctor, physio, coordinator):
    owner, other, days = CLOCKS[state]
    referral = in_state(state, patient, doctor, physio)
    expected: list[tuple[str, str]] = []
    steps = (("reminder", owner), ("warning", other), ("escalated", COORDINATION))
    if state == S.DRAFT:
        steps = (("reminder", owner), ("escalated", COORDINATION))  # nobody is told of what was not sent
    day = clock.today()
    for number in range(1, 4):
        day = working_day_after(day, days)
        with time_machine.travel(clock.at(day, clock.local(SUNDAY_NOON).time()), tick=False):
            just_before = clock.now() - timedelta(seconds=1)
            with time_machine.travel(just_before, tick=False):
                sweep_referrals()
                assert chases(referral) == expected
            sweep_referrals()
            sweep_referrals()
            told = number if state != S.DRAFT else max(1, number - 1)
            expected = list(steps[:told])
            assert chases(referral) == expected
    referral.refresh_from_db()
    assert referral.escalated_at is not None
    assert list(referral.timers.exclude(fired_at=None).values_list("step", flat=True)) == list(TimerStep)


def test_a_week_of_outage_fires_all_steps_once_each(patient, doctor, physio, coordinator):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner, urgency=Urgency.URGENT)
    with time_machine.travel(SUNDAY_NOON + 7 * DAY, tick=False):
        assert sweep_referrals() == 3
        assert sweep_referrals() == 0
    assert chases(referral) == [("reminder", PHYSIO), ("warning", DOCTOR), ("escalated", COORDINATION)]


def test_what_moved_on_chases_nobody(patient, doctor, physio, coordinator):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    answers.withdraw_referral(referral, actor=doctor.user)
    with time_machine.travel(SUNDAY_NOON + 60 * DAY, tick=False):
        assert sweep_referrals() == 0
    assert chases(referral) == []


def test_who_left_or_is_away_is_said_at_once(patient, doctor, physio, coordinator):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    assert sweep_referrals() == 0
    AbsenceFactory(
        practitioner=physio.practitioner, start_at=SUNDAY_NOON - DAY, end_at=SUNDAY_NOON + 30 * DAY
    )
    assert sweep_referrals() == 2
    assert chases(referral) == [("reminder", PHYSIO), ("warning", DOCTOR)]
    assert sweep_referrals() == 0


def test_a_short_absence_hurries_nobody(patient, doctor, physio):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    AbsenceFactory(practitioner=physio.practitioner, start_at=SUNDAY_NOON - DAY, end_at=SUNDAY_NOON + DAY)
    assert (sweep_referrals(), chases(referral)) == (0, [])


def test_a_departure_tells_the_requester_and_spares_the_departed(patient, doctor, physio, coordinator):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    physio.practitioner.active_until = clock.today() - DAY
    physio.practitioner.save()
    sweep_referrals()
    assert chases(referral)[-1] == ("warning", DOCTOR)


def test_the_delay_in_force_on_the_day_it_was_sent(patient, doctor, physio):
    ReferralDelay.objects.create(
        purpose=DelayPurpose.ANSWER, urgency=Urgency.ROUTINE, amount=1, unit="days", since=date(2026, 11, 1)
    )
    ReferralDelay.objects.create(
        purpose=DelayPurpose.ANSWER, urgency=Urgency.ROUTINE, amount=9, unit="days", since=date(2026, 12, 1)
    )
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    first = referral.timers.running().order_by("due_at").values_list("due_at", flat=True)[0]
    assert clock.local(first).date() == date(2026, 11, 23)


def test_working_days_skip_week_ends_and_holidays(db):
    assert working_day_after(date(2026, 12, 24), 1) == date(2026, 12, 28)
    assert working_day_after(date(2026, 11, 20), 3) == date(2026, 11, 25)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_chase_once(patient, doctor, physio, coordinator):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    with time_machine.travel(SUNDAY_NOON + 60 * DAY, tick=False):
        race([sweep_referrals] * 3)
    assert sorted(chases(referral)) == sorted(
        [("reminder", PHYSIO), ("warning", DOCTOR), ("escalated", COORDINATION)]
    )


STEPS = st.lists(
    st.sampled_from(
        [
            *("accept", "ask", "detail", "refuse", "redirect", "withdraw", "decline", "report"),
            *("close", "renew", "wait", "wait", "wait", "leave", "return"),
        ]
    ),
    max_size=14,
)


@settings(max_examples=14, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_history_leaves_a_request_without_owner(
    steps, patient, owner, doctor, physio, other_physio, coordinator
):
    """Whatever people do and however they leave: after each sweep nothing open is past its clocks and on no list."""
    with transaction.atomic():
        referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
        now = SUNDAY_NOON
        for step in steps:
            if step == "wait":
                now += timedelta(days=4)
            with time_machine.travel(now, tick=False):
                with suppress(Refusal):
                    referral = _play(step, referral, owner, doctor, (physio, other_physio))
                sweep_referrals()
                assert not forgotten(now).exists()
                fired = ReferralTimer.objects.exclude(fired_at=None).values_list("event", "step")
                assert len(fired) == len(set(fired))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
    for one in (physio, other_physio):
        one.practitioner.refresh_from_db()


def _play(step, referral, owner, doctor, physios) -> Referral:
    referral = Referral.objects.get(pk=referral.pk)
    asked = referral.holder or referral.target
    who = next((one for one in physios if one.practitioner == asked), physios[0])
    other = next(one for one in physios if one is not who)
    if step in ("leave", "return"):
        who.practitioner.active_until = clock.today() - DAY if step == "leave" else None
        who.practitioner.save()
        return referral
    plays = {
        "accept": lambda: answers.accept_referral(referral, who.practitioner, actor=who.user),
        "ask": lambda: answers.ask_detail(referral, who.practitioner, "?", actor=who.user),
        "detail": lambda: answers.give_detail(referral, "Voilà.", actor=doctor.user),
        "refuse": lambda: answers.refuse_referral(referral, who.practitioner, "Non.", actor=who.user),
        "redirect": lambda: redirecting.redirect_referral(
            referral, target=other.practitioner, note="", actor=who.user
        ),
        "withdraw": lambda: answers.withdraw_referral(referral, actor=doctor.user),
        "decline": lambda: answers.decline_for_patient(referral, actor=owner.user),
        "report": lambda: (
            reporting.write_report(
                referral, who.practitioner, reporting.Account("Fait.", Proposal.GO_ON), actor=who.user
            ).referral
        ),
        "close": lambda: reporting.close_referral(referral, actor=doctor.user),
        "renew": lambda: reporting.renew_after_report(referral, actor=doctor.user),
        "wait": lambda: referral,
    }
    return plays[step]()
