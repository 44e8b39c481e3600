"""The approved plan goes on: after a no or silence the next place, then the waiting list. Nobody is dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from appointments.actions.ask_waiting import AlreadyWaiting, ask_waiting
from appointments.actions.cancel import give_back
from appointments.actions.close_offer import expire_offers
from appointments.actions.plan_cascade import given_by, spoken_for
from appointments.actions.send_cascade import send_line
from appointments.cascade import Proposal, propose
from appointments.models import Appointment, Cascade, CascadeLine, Origin, SlotOffer, Status, WaitingRequest
from appointments.models.cascade import Step
from appointments.models.waiting import Priority
from appointments.waiting import LONGEST, rule_of, times_of
from core import clock
from core.audit.record import record
from core.db import lock
from partnerships.actions.request_step import locked, move_on
from partnerships.actions.session_cascade import WAY
from partnerships.models import ExpectedPatient, RequestState
from partnerships.notifications_session_cascade import is_leaving
from partnerships.session_cascade import Fate, Patient, expected_in, progress_of
from partnerships.session_places import STEPS, SessionPlaces


def carry_on_all() -> int:
    """Every minute. How many patients went one step further; a plan that fails holds up no other."""
    expire_offers()
    return sum(carry_on(pk) for pk in unfinished())


def unfinished() -> list[int]:
    """Plans in which somebody has been told something and waits still; one query. Not while it may be undone."""
    waiting = ExpectedPatient.objects.filter(
        disruption__settled_at=None,
        disruption__appointment__status=Status.BOOKED,
        listed_at=None,
        cascade__lines__appointment=F("disruption__appointment"),
        cascade__lines__sent_at__isnull=False,
    ).exclude(cascade__leaves_at__gt=clock.now())
    return sorted(set(waiting.order_by().values_list("cascade", flat=True)))


@transaction.atomic
def carry_on(pk: int) -> int:
    """One plan, in the turn of its patients."""
    now = clock.now()
    cascade = (
        Cascade.objects.select_for_update(of=("self",), no_key=True)
        .select_related("practitioner__centre")
        .get(pk=pk)
    )
    if cascade.leaves_at is not None and cascade.leaves_at > now:
        return 0
    expected = expected_in(cascade)
    patients = progress_of(cascade, now, expected).patients
    # The agendas before the patients, as every booking takes them.
    moved = _next(cascade, [one for one in patients if one.fate == Fate.NEXT], expected, now)
    return moved + sum(_list(one) for one in patients if one.fate == Fate.LEAVING)


def _next(
    cascade: Cascade, patients: Sequence[Patient], expected: Sequence[ExpectedPatient], now: datetime
) -> int:
    """What each is offered now; after so many offers the waiting list."""
    if not patients:
        return 0
    rule = rule_of(cascade.practitioner.centre_id)
    told = Counter(
        SlotOffer.objects.filter(replaces__in=[one.visit.pk for one in patients]).values_list(
            "replaces", flat=True
        )
    )
    proposals = propose(
        [one.visit for one in patients if told[one.visit.pk] < rule.most_notices],
        STEPS,
        within_days=cascade.within_days,
        now=now,
        rule=rule,
        given=given_by(spoken_for()),
        places=SessionPlaces(expected),
    )
    proposals += [
        Proposal(one.visit, Step.WAIT) for one in patients if told[one.visit.pk] >= rule.most_notices
    ]
    lines = {one.visit.pk: one.line for one in patients}
    wanted = {one.slot.reason.practitioner_id for one in proposals if one.slot}
    lock("agenda", *wanted, shared=True)
    WAY.lock_seats(wanted)
    times = times_of(now, rule.replacement_time)
    moved = 0
    for proposal in proposals:
        line = lines[proposal.appointment.pk]
        assert line is not None, "who was sent something has a line"
        _change(line, proposal)
        # A place that went this very moment is looked for again in a minute.
        moved += send_line(line, cascade, times, None, WAY, at=clock.now()) != "taken"
    record(None, "session_cascade.went_on", cascade, patients=moved)
    return moved


def _change(line: CascadeLine, proposal: Proposal) -> None:
    slot = proposal.slot
    line.step, line.by_hand, line.was_taken = proposal.step, False, False
    line.reason = slot.reason if slot else None
    line.start_at = slot.start_at if slot else None
    line.offer = None
    line.save(update_fields=["step", "by_hand", "was_taken", "reason", "start_at", "offer"])


def _list(one: Patient) -> bool:
    """He has been told: the visit that cannot be ends, and he waits with the age that he had."""
    visit = one.visit
    if is_leaving(visit):
        return False
    assert visit.patient_id is not None, "a booked visit is somebody's"
    lock("patient", visit.patient_id)
    visit = (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("reason", "practitioner__centre", "patient")
        .get(pk=visit.pk)
    )
    expected = ExpectedPatient.objects.select_related("request").get(pk=one.expected.pk)
    if visit.status != Status.BOOKED or expected.disruption.settled_at is not None:
        return False
    if expected.request is not None:
        _back_on_the_list(expected, visit)
    else:
        _wait_for_the_kind(expected, visit)
    give_back(visit, actor=None, note=_("séance annulée"), by_staff=True)
    expected.listed_at = clock.now()
    expected.save(update_fields=["listed_at"])
    return True


def _back_on_the_list(expected: ExpectedPatient, visit: Appointment) -> None:
    """Accepted again, received when it was received: the list of the programme knows his age."""
    assert expected.request is not None
    request = locked(expected.request)
    if request.state == RequestState.BOOKED and request.appointment_id == visit.pk:
        request.appointment = None
        move_on(request, RequestState.ACCEPTED, by=None, verb="session_cancelled")


def _wait_for_the_kind(expected: ExpectedPatient, visit: Appointment) -> None:
    """Nobody has asked for him: the list of the house, since the day on which he booked."""
    assert visit.patient is not None
    today = clock.today()
    wish = WaitingRequest(
        patient=visit.patient,
        category_id=visit.reason.category_id,
        first_day=today,
        last_day=today + LONGEST,
        priority=Priority.RAISED,
        priority_note=_("séance annulée"),
        origin=Origin.DESK,
        created_at=expected.waiting_since,
    )
    try:
        ask_waiting(wish, actor=None, at_once=False)
    except AlreadyWaiting:
        WaitingRequest.objects.live().filter(patient=visit.patient, category=visit.reason.category_id).update(
            priority=Priority.RAISED, priority_note=wish.priority_note, current=None, only_earlier=False
        )
