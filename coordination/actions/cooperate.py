"""A cooperation protocol begins, pauses, ends; somebody is delegated, or no longer. Booked visits follow at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.actions.watch import Watched, watch
from appointments.models import VisitReason
from appointments.models.disruption import Cause
from coordination.models import AdverseEvent, CooperationProtocol, Criterion, Delegate
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from practitioners.models import Practitioner


class TiedElsewhere(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Un de ces motifs est déjà lié à un autre protocole de coopération."))


class NotOver(Refusal):
    def __init__(self) -> None:
        super().__init__(_("La fin précède le début de la délégation."))


@contextmanager
def _watched(protocol: CooperationProtocol, also: Sequence[int] = ()) -> Iterator[Watched]:
    """Whoever receives under it is locked alone: a booking comes before (and joins the worklist) or is refused."""
    with transaction.atomic():
        keys = set(also)
        if protocol.pk is not None:
            keys |= set(protocol.reasons.values_list("practitioner_id", flat=True))
        with watch(sorted(keys), Cause.PROTOCOL) as watched:
            yield watched


def save_cooperation(
    protocol: CooperationProtocol,
    *,
    actor: User,
    doctors: Sequence[Practitioner],
    reasons: Sequence[VisitReason],
    criteria: Sequence[tuple[str, bool]],
) -> Watched:
    """`criteria` are questions and whether a yes excludes. Raises `TiedElsewhere`."""
    taken = CooperationProtocol.objects.filter(reasons__in=[one.pk for one in reasons]).exclude(
        pk=protocol.pk
    )
    with _watched(protocol, [one.practitioner_id for one in reasons]) as watched:
        if taken.exists():
            raise TiedElsewhere
        is_new = protocol.pk is None
        protocol.save()
        protocol.doctors.set(doctors)
        before = set(protocol.reasons.values_list("pk", flat=True))
        protocol.reasons.set(reasons)
        after = {one.pk for one in reasons}
        VisitReason.objects.filter(pk__in=before - after).update(is_conditional=False)
        VisitReason.objects.filter(pk__in=after).update(is_conditional=True)
        _write_criteria(protocol, criteria)
    with transaction.atomic():
        record(actor, "cooperation.created" if is_new else "cooperation.changed", protocol)
    return watched


def _write_criteria(protocol: CooperationProtocol, criteria: Sequence[tuple[str, bool]]) -> None:
    if list(protocol.criteria.values_list("question", "is_exclusion")) == list(criteria):
        return
    protocol.criteria.all().delete()
    Criterion.objects.bulk_create(
        Criterion(protocol=protocol, question=question, is_exclusion=excludes, position=position)
        for position, (question, excludes) in enumerate(criteria)
    )


def delegate_to(
    protocol: CooperationProtocol,
    practitioner: Practitioner,
    *,
    actor: User,
    trained_on: date,
    training: str,
    since: date,
    valid_until: date,
) -> Delegate:
    """Also a renewal: the same person keeps one row, the trail keeps what it said before."""
    with _watched(protocol, [practitioner.pk]):
        row, _is_new = Delegate.objects.update_or_create(
            protocol=protocol,
            practitioner=practitioner,
            defaults={
                "trained_on": trained_on,
                "training": training,
                "since": since,
                "valid_until": valid_until,
            },
        )
        record(actor, "cooperation.delegated", row, until=valid_until.isoformat(), training=training)
    return row


def end_delegation(delegate: Delegate, *, actor: User, last_day: date | None = None) -> Watched:
    """Over after `last_day`, yesterday where nothing is said. Visits beyond it join the worklist."""
    last = last_day or clock.today() - timedelta(days=1)
    with _watched(delegate.protocol, [delegate.practitioner_id]) as watched:
        Delegate.objects.filter(pk=delegate.pk).update(valid_until=last)
        record(actor, "cooperation.delegation_ended", delegate, last_day=last.isoformat())
    return watched


def suspend(protocol: CooperationProtocol, *, actor: User, why: str) -> Watched:
    with _watched(protocol) as watched:
        protocol.suspended_on, protocol.suspended_why = clock.today(), why[:300]
        protocol.save(update_fields=["suspended_on", "suspended_why"])
        record(actor, "cooperation.suspended", protocol, reason=why[:300])
    return watched


def resume(protocol: CooperationProtocol, *, actor: User) -> Watched:
    with _watched(protocol) as watched:
        protocol.suspended_on, protocol.suspended_why = None, ""
        protocol.save(update_fields=["suspended_on", "suspended_why"])
        record(actor, "cooperation.resumed", protocol)
    return watched


def end_cooperation(protocol: CooperationProtocol, *, actor: User, last_day: date) -> Watched:
    if last_day < protocol.start_on:
        raise NotOver
    with _watched(protocol) as watched:
        protocol.end_on = last_day
        protocol.save(update_fields=["end_on"])
        record(actor, "cooperation.ended", protocol, last_day=last_day.isoformat())
    return watched


@transaction.atomic
def report_event(event: AdverseEvent, *, actor: User) -> AdverseEvent:
    event.reported_by = actor
    event.save(force_insert=True)
    record(actor, "cooperation.event_reported", event, severity=event.severity)
    return event


@transaction.atomic
def answer_event(event: AdverseEvent, answer: str, *, actor: User) -> AdverseEvent:
    event.answer, event.answered_at = answer, clock.now()
    event.save(update_fields=["answer", "answered_at"])
    record(actor, "cooperation.event_answered", event)
    return event
