"""Somebody has read the plan and confirms: only now times are kept and messages leave. A minute to undo it all."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments import notifications
from appointments.actions.ask_waiting import AlreadyWaiting, ask_waiting
from appointments.actions.close_offer import close, locked
from appointments.actions.hold import SlotTaken
from appointments.actions.offer_slot import AlreadyOffered, offer_slot
from appointments.models import (
    Appointment,
    Cascade,
    CascadeLine,
    Disruption,
    Origin,
    SlotOffer,
    WaitingRequest,
)
from appointments.models.cascade import Step
from appointments.models.offer import OfferState
from appointments.models.waiting import Priority, RequestState
from appointments.waiting import LONGEST, Times, rule_of, times_of
from core import clock
from core.audit.record import record
from core.db import lock
from core.outbox.enqueue import about, withdraw
from core.outbox.models import OutboxMessage, State
from core.refusal import Refusal

UNDO_TIME = timedelta(seconds=60)


class NothingToSend(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Aucune proposition n’attend d’être envoyée."))


class AlreadyLeft(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Les messages sont partis : l’envoi ne peut plus être annulé."))


def send_cascade(cascade: Cascade, *, actor: AbstractBaseUser) -> Counter[str]:
    """Keep every time that is still free, put on the list, tell. What was sent, by step; « taken » stays a draft.

    Raises `NothingToSend`. Sending twice sends once.
    """
    now = clock.now()
    with transaction.atomic():
        cascade = (
            Cascade.objects.select_for_update(of=("self",), no_key=True)
            .select_related("practitioner__centre", "absence")
            .get(pk=cascade.pk)
        )
        lines = _drafts(cascade)
        if not lines:
            raise NothingToSend
        # All agendas at once and in order, so that two plans cannot wait for each other.
        lock("agenda", *{line.reason.practitioner_id for line in lines if line.reason}, shared=True)
        times = times_of(now + UNDO_TIME, rule_of(cascade.practitioner.centre_id).replacement_time)
        done = Counter(_send(line, cascade, times, now, actor) for line in lines)
        cascade.sent_at, cascade.sent_by_id, cascade.leaves_at = now, actor.pk, times.sent_at
        cascade.save(update_fields=["sent_at", "sent_by", "leaves_at"])
        record(actor, "cascade.sent", cascade, lines=dict(done))
    return done


def _drafts(cascade: Cascade) -> list[CascadeLine]:
    """Lines not sent yet; those whose patient has a time by now are dropped."""
    lines = list(
        cascade.lines.filter(sent_at=None)
        .select_for_update(of=("self",), no_key=True)
        .select_related(
            "appointment__reason",
            "appointment__practitioner__centre",
            "appointment__patient",
            "reason__practitioner",
        )
        .select_related("appointment__place")
        .order_by("appointment__start_at", "pk")
    )
    stranded = set(
        Disruption.objects.open()
        .filter(appointment__in=[line.appointment_id for line in lines])
        .values_list("appointment_id", flat=True)
    )
    gone = [line.pk for line in lines if line.appointment_id not in stranded]
    if gone:
        CascadeLine.objects.filter(pk__in=gone).delete()
    return [line for line in lines if line.appointment_id in stranded]


def _send(line: CascadeLine, cascade: Cascade, times: Times, now: datetime, actor: AbstractBaseUser) -> str:
    """One line; the word under which it is counted."""
    visit = line.appointment
    if line.reason is not None and line.start_at is not None:
        try:
            line.offer = offer_slot(
                line.reason,
                line.start_at,
                times=_before(line.start_at, times),
                actor=actor,
                replaces=visit,
                ignore_notice=True,
            )
        except (SlotTaken, AlreadyOffered):
            line.was_taken = True
            line.save(update_fields=["was_taken"])
            return "taken"
    else:
        if line.step == Step.WAIT:
            line.request = _wait(visit, cascade, actor)
        notifications.disrupted(visit, not_before=times.sent_at)
    line.sent_at = now
    line.save(update_fields=["sent_at", "offer", "request"])
    return str(line.step)


def _before(start_at: datetime, times: Times) -> Times:
    """The answer comes before the visit: the next morning's time is not kept until the day after."""
    return Times(
        times.sent_at,
        max(min(times.expires_at, start_at - timedelta(hours=2)), times.sent_at + timedelta(minutes=15)),
    )


def _wait(visit: Appointment, cascade: Cascade, actor: AbstractBaseUser) -> WaitingRequest | None:
    """On the list before the others; who is on it already comes before the others from now on. None for him."""
    assert visit.patient is not None, "a booked visit is somebody's"
    today = clock.today()
    note = str(_("professionnel absent"))
    last = max(today, clock.local(visit.start_at).date()) + timedelta(days=cascade.within_days)
    wish = WaitingRequest(
        patient=visit.patient,
        category_id=visit.reason.category_id,
        first_day=today,
        last_day=min(last, today + LONGEST),
        current=visit,
        priority=Priority.RAISED,
        priority_note=note,
        origin=Origin.DESK,
    )
    try:
        return ask_waiting(wish, actor=actor, at_once=False)
    except AlreadyWaiting:
        live = WaitingRequest.objects.live().filter(patient=visit.patient, category=visit.reason.category_id)
        live.update(current=visit, only_earlier=False, priority=Priority.RAISED, priority_note=note)
        return None


def undo_cascade(cascade: Cascade, *, actor: AbstractBaseUser) -> Cascade:
    """Nothing has left: times are free again, lines are drafts again. Raises `AlreadyLeft`."""
    with transaction.atomic():
        cascade = Cascade.objects.select_for_update(no_key=True).get(pk=cascade.pk)
        now = clock.now()
        if cascade.sent_at is None or cascade.leaves_at is None or cascade.leaves_at <= now:
            raise AlreadyLeft
        lines = list(
            cascade.lines.filter(sent_at=cascade.sent_at).select_related("appointment", "offer", "request")
        )
        if _has_left(lines, cascade, now):
            raise AlreadyLeft
        for line in lines:
            _take_back(line, actor)
        cascade.sent_at = cascade.sent_by = cascade.leaves_at = None
        cascade.save(update_fields=["sent_at", "sent_by", "leaves_at"])
        record(actor, "cascade.undone", cascade, lines=len(lines))
    return cascade


def _has_left(lines: list[CascadeLine], cascade: Cascade, now: datetime) -> bool:
    ours = Q(pk__in=[])
    for line in lines:
        subject: Appointment | SlotOffer = line.offer or line.appointment
        ours |= Q(**about(subject))
    left = Q(state=State.SENT) | Q(state=State.DUE, due_at__lte=now)
    return OutboxMessage.objects.filter(ours, left, created_at__gte=cascade.sent_at).exists()


def _take_back(line: CascadeLine, actor: AbstractBaseUser) -> None:
    if line.offer is not None:
        offer = locked(line.offer)
        if offer.state == OfferState.SENT:
            close(offer, OfferState.WITHDRAWN, actor)
    else:
        withdraw(line.appointment, [notifications.DISRUPTED])
    if line.request is not None:
        WaitingRequest.objects.filter(pk=line.request.pk).update(
            state=RequestState.WITHDRAWN, ended_at=clock.now()
        )
    line.sent_at = line.offer = line.request = None
    line.save(update_fields=["sent_at", "offer", "request"])
