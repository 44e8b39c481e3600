"""Somebody has read the plan and confirms: only now times are kept and messages leave. A minute to undo it all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
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
from appointments.waiting import FOLLOWED, LONGEST, Times, rule_of, times_of
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


class Way:
    """How a plan is carried out. As it stands, for an absence; a room above brings its own."""

    # The openings in which a time that the plan proposes is looked for again.
    audiences: frozenset[str] = FOLLOWED

    def lock_seats(self, practitioners: Collection[int]) -> None:
        """After the agendas: what else the times of these are counted by, in one order for everybody."""

    def put_off(
        self, line: CascadeLine, cascade: Cascade, not_before: datetime, actor: AbstractBaseUser | None
    ) -> None:
        """No time is proposed: on the list, or to be called. He is told, not before that moment."""
        if line.step == Step.WAIT:
            line.request = _wait(line.appointment, cascade, actor)
        notifications.disrupted(line.appointment, not_before=not_before)

    def take_back(self, line: CascadeLine) -> None:
        """Nothing of `put_off` has left."""
        withdraw(line.appointment, [notifications.DISRUPTED])
        if line.request is not None:
            WaitingRequest.objects.filter(pk=line.request.pk).update(
                state=RequestState.WITHDRAWN, ended_at=clock.now()
            )


def send_cascade(cascade: Cascade, *, actor: AbstractBaseUser, way: Way | None = None) -> Counter[str]:
    """Keep every time that is still free, put on the list, tell. What was sent, by step; « taken » stays a draft.

    Raises `NothingToSend`. Sending twice sends once.
    """
    way = way or Way()
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
        wanted = {line.reason.practitioner_id for line in lines if line.reason}
        lock("agenda", *wanted, shared=True)
        way.lock_seats(wanted)
        times = times_of(now + UNDO_TIME, rule_of(cascade.practitioner.centre_id).replacement_time)
        done = Counter(send_line(line, cascade, times, actor, way, at=now) for line in lines)
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


def send_line(
    line: CascadeLine,
    cascade: Cascade,
    times: Times,
    actor: AbstractBaseUser | None,
    way: Way,
    *,
    at: datetime,
) -> str:
    """One line; the word under which it is counted. The caller holds the agendas, shared. What left `at` the moment of
    the plan itself is taken back with it."""
    if line.reason is not None and line.start_at is not None:
        try:
            line.offer = offer_slot(
                line.reason,
                line.start_at,
                times=_before(line.start_at, times),
                actor=actor,
                replaces=line.appointment,
                audiences=way.audiences,
                ignore_notice=True,
            )
        except (SlotTaken, AlreadyOffered):
            line.was_taken = True
            line.save(update_fields=["was_taken"])
            return "taken"
    else:
        way.put_off(line, cascade, times.sent_at, actor)
    line.sent_at = at
    line.save(update_fields=["sent_at", "offer", "request"])
    return str(line.step)


def _before(start_at: datetime, times: Times) -> Times:
    """The answer comes before the visit: the next morning's time is not kept until the day after."""
    return Times(
        times.sent_at,
        max(min(times.expires_at, start_at - timedelta(hours=2)), times.sent_at + timedelta(minutes=15)),
    )


def _wait(visit: Appointment, cascade: Cascade, actor: AbstractBaseUser | None) -> WaitingRequest | None:
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


def undo_cascade(cascade: Cascade, *, actor: AbstractBaseUser, way: Way | None = None) -> Cascade:
    """Nothing has left: times are free again, lines are drafts again. Raises `AlreadyLeft`."""
    way = way or Way()
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
            _take_back(line, actor, way)
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


def _take_back(line: CascadeLine, actor: AbstractBaseUser, way: Way) -> None:
    if line.offer is not None:
        offer = locked(line.offer)
        if offer.state == OfferState.SENT:
            close(offer, OfferState.WITHDRAWN, actor)
    else:
        way.take_back(line)
    line.sent_at = line.offer = line.request = None
    line.save(update_fields=["sent_at", "offer", "request"])
