"""What has become free is offered to who waits for it, in fair order."""

from __future__ import annotations

from collections.abc import Collection

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from appointments.actions.close_offer import end_requests, expire_offers
from appointments.actions.hold import SlotTaken
from appointments.actions.offer_slot import AlreadyOffered, NotWaiting, offer_slot
from appointments.models import Appointment, Status, WaitingListRule, WaitingRequest
from appointments.models.waiting import RequestState
from appointments.waiting import matches, rule_of, times_of
from core import clock
from core.db import lock

log = structlog.get_logger(__name__)


def sweep_waiting_list() -> int:
    """Every minute: what ran out, who needs nothing any more, and whatever became free meanwhile."""
    expire_offers()
    tidy_requests()
    return offer_freed()


def offer_freed(practitioner_ids: Collection[int] | None = None) -> int:
    """Offer every free time to the first who wants it. How many offers were made.

    One at a time (a lock), so that two sweeps cannot pass each other in the queue.
    """
    now = clock.now()
    with transaction.atomic():
        asked = _open(practitioner_ids)
        if not asked:
            return 0
        lock("waiting list", 0)
        requests = _open(practitioner_ids)
        rules = {rule.centre_id: rule for rule in WaitingListRule.objects.all()}
        found = matches(requests, now=now, rules=rules, only=practitioner_ids)
        lock("agenda", *{match.slot.reason.practitioner_id for match in found}, shared=True)
        made = 0
        for request, slot in found:
            centre = slot.reason.practitioner.centre_id
            rule = rules.get(centre) or rule_of(centre)
            try:
                offer_slot(slot.reason, slot.start_at, times=times_of(now, rule.answer_time), request=request)
                made += 1
            except (SlotTaken, AlreadyOffered, NotWaiting) as refusal:
                log.info("waiting_list.passed_over", request=request.pk, why=type(refusal).__name__)
    return made


def offer_freed_on_commit(practitioner_id: int) -> None:
    """Called by whatever gives a time back; one query where nobody waits. A failure is left to the next sweep."""
    transaction.on_commit(lambda: _quietly(practitioner_id), robust=True)


def offer_new_on_commit() -> None:
    """Somebody has just joined the list: perhaps his time is free already."""
    transaction.on_commit(_any, robust=True)


def _quietly(practitioner_id: int) -> None:
    offer_freed([practitioner_id])


def _any() -> None:
    offer_freed()


def _open(practitioner_ids: Collection[int] | None) -> list[WaitingRequest]:
    """Those that wait, in their turn; with `practitioner_ids` only those whom one of these could receive."""
    found = WaitingRequest.objects.filter(state=RequestState.OPEN, last_day__gte=clock.today())
    if practitioner_ids is not None:
        anybody = Q(practitioners=None, category__reasons__practitioner__in=practitioner_ids)
        found = found.filter(Q(practitioners__in=practitioner_ids) | anybody)
        found = WaitingRequest.objects.filter(pk__in=found.values("pk"))
    return list(
        found.select_related("patient", "category", "current").prefetch_related("practitioners").in_turn()
    )


def tidy_requests() -> None:
    """Requests that ran out, whose visit is gone, or whose person has found a time by himself."""
    now = clock.now()
    resting = Q(state__in=[RequestState.OPEN, RequestState.PAUSED])
    late = Q(last_day__lt=clock.today())
    gone = Q(current__isnull=False) & (~Q(current__status=Status.BOOKED) | Q(current__start_at__lte=now))
    by_himself = Exists(
        Appointment.objects.coming(now).filter(
            patient=OuterRef("patient"),
            reason__category=OuterRef("category"),
            booked_at__gt=OuterRef("created_at"),
        )
    )
    with transaction.atomic():
        live = WaitingRequest.objects.filter(resting)
        live = live.select_for_update(of=("self",), skip_locked=True, no_key=True)
        end_requests(live.filter(late | gone), RequestState.EXPIRED)
        end_requests(live.filter(by_himself, current=None), RequestState.SATISFIED)
