"""Rules become dated openings: nightly over the rolling horizon, and at once when a rule changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from appointments.actions.watch import watch
from appointments.calendar import public_holidays
from appointments.models import Opening, OpeningRule
from appointments.models.disruption import Cause
from appointments.unfolding import DatedHours, dated_hours, horizon
from core import clock
from core.audit.record import record
from core.db import lock
from practitioners.models import Centre

BATCH = 5_000
COPIED = ("place_id", "room_id", "audience")

type Key = tuple[int, date]


@dataclass(frozen=True)
class Unfolded:
    created: int = 0
    changed: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.created or self.changed or self.removed)


@transaction.atomic
def unfold(rule_ids: Collection[int] | None = None, *, first: date | None = None) -> Unfolded:
    """Bring the openings of these rules (None: all) from `first` (today) to the horizon in line with them.

    Doing it twice changes nothing. Openings edited or cancelled by hand stay as they are, and keep their day.
    The number of queries does not depend on the number of rules.
    """
    lock("unfold", 0)
    first = first or clock.today()
    rules = OpeningRule.objects.select_related("practitioner__centre").prefetch_related("reasons")
    if rule_ids is not None:
        rules = rules.filter(pk__in=rule_ids)
    wanted = _wanted(rules, first)
    standing = _standing(rule_ids, first)

    surplus = [opening.pk for key, opening in standing.items() if key not in wanted and not _by_hand(opening)]
    created = [_opening(rule, hours) for key, (rule, hours) in wanted.items() if key not in standing]
    changed, other_reasons = _in_line(wanted, standing)

    if surplus:
        Opening.objects.filter(pk__in=surplus).delete()
    Opening.objects.bulk_create(created, batch_size=BATCH)
    Opening.objects.bulk_update(changed, ["start_at", "end_at", *COPIED], batch_size=BATCH)
    _copy_reasons([*created, *other_reasons], wanted, stale=other_reasons)
    touched = {opening.pk for opening in (*changed, *other_reasons)}
    return Unfolded(created=len(created), changed=len(touched), removed=len(surplus))


@transaction.atomic
def unfold_all() -> Unfolded:
    """The nightly round: a new day at the end of the horizon, and whatever drifted."""
    centre = Centre.objects.order_by("pk").first()
    if centre is None:
        return Unfolded()
    everybody = OpeningRule.objects.order_by().values_list("practitioner", flat=True).distinct()
    with watch(list(everybody), Cause.RULE_CHANGED) as watched:
        done = unfold()
    if done:
        record(
            None,
            "openings.unfold",
            centre,
            created=done.created,
            changed=done.changed,
            removed=done.removed,
            stranded=watched.stranded,
        )
    return done


def _wanted(rules: Iterable[OpeningRule], first: date) -> dict[Key, tuple[OpeningRule, DatedHours]]:
    last = horizon(clock.today())
    return {
        (rule.pk, hours.day): (rule, hours)
        for rule in rules
        for hours in dated_hours(
            rule, first, last, public_holidays(rule.practitioner.centre.holiday_zone, first, last)
        )
    }


def _standing(rule_ids: Collection[int] | None, first: date) -> dict[Key, Opening]:
    of_rules = Q(rule__isnull=False) if rule_ids is None else Q(rule__in=rule_ids)
    openings = (
        Opening.objects.filter(of_rules, rule_day__gte=first).prefetch_related("reasons").order_by("pk")
    )
    return {
        (opening.rule_id, opening.rule_day): opening
        for opening in openings
        if opening.rule_id is not None and opening.rule_day is not None
    }


def _by_hand(opening: Opening) -> bool:
    return opening.is_edited or opening.cancelled_at is not None


def _opening(rule: OpeningRule, hours: DatedHours) -> Opening:
    return Opening(
        practitioner_id=rule.practitioner_id,
        rule=rule,
        rule_day=hours.day,
        start_at=hours.start_at,
        end_at=hours.end_at,
        **_copied(rule),
    )


def _copied(source: OpeningRule | Opening) -> dict[str, Any]:
    return {name: getattr(source, name) for name in COPIED}


def _in_line(
    wanted: dict[Key, tuple[OpeningRule, DatedHours]], standing: dict[Key, Opening]
) -> tuple[list[Opening], list[Opening]]:
    """Those whose hours, place or audience differ (brought in line, unsaved), and those whose reasons differ."""
    changed, other_reasons = [], []
    for key, (rule, hours) in wanted.items():
        opening = standing.get(key)
        if opening is None or _by_hand(opening):
            continue
        values = {"start_at": hours.start_at, "end_at": hours.end_at, **_copied(rule)}
        if any(getattr(opening, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(opening, name, value)
            changed.append(opening)
        if {reason.pk for reason in opening.reasons.all()} != {reason.pk for reason in rule.reasons.all()}:
            other_reasons.append(opening)
    return changed, other_reasons


def _copy_reasons(
    openings: list[Opening],
    wanted: dict[Key, tuple[OpeningRule, DatedHours]],
    *,
    stale: list[Opening],
) -> None:
    through = Opening.reasons.through
    if stale:
        through.objects.filter(opening__in=stale).delete()
    reasons_of: defaultdict[int, list[int]] = defaultdict(list)
    for rule, _hours in {rule.pk: (rule, hours) for rule, hours in wanted.values()}.values():
        reasons_of[rule.pk] = [reason.pk for reason in rule.reasons.all()]
    rows = [
        through(opening_id=opening.pk, visitreason_id=reason_id)
        for opening in openings
        if opening.rule_id is not None
        for reason_id in reasons_of[opening.rule_id]
    ]
    through.objects.bulk_create(rows, batch_size=BATCH)
