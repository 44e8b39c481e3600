"""Who is told by e-mail now. A line for each item and the message are written together: once, whatever happens next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import RoleAssignment, User
from coordination import digest_message
from coordination.digest import item_kinds, pace_of, paces_of, waiting_for
from coordination.models import DigestLine, DigestSetting
from coordination.models.digest import Pace
from core import clock
from core.outbox import quiet_hours

type Items = dict[str, set[int]]


def send_digests() -> int:
    """Any number of times a minute, by any number of workers. Answers how many messages were written."""
    now = clock.now()
    if quiet_hours.is_quiet(now):
        return 0
    people = _team()
    keys = [one.user_id for one in people]
    waiting, paces = waiting_for(keys, item_kinds()), paces_of(keys)
    told = 0
    for one in people:
        is_due = _is_due(one, now)
        wanted = _wanted(waiting.get(one.user_id, {}), paces.get(one.user_id, {}), is_due)
        if wanted or is_due:
            told += _tell(one, wanted, now, is_due=is_due)
    return told


def _team() -> list[DigestSetting]:
    """Everybody who works here today and can be written to; who has no settings yet gets the usual ones."""
    hats = RoleAssignment.objects.in_force()
    users = User.objects.filter(pk__in=hats.values("user"), is_active=True).exclude(email="")
    new = users.filter(digest_setting=None)
    DigestSetting.objects.bulk_create([DigestSetting(user=one) for one in new], ignore_conflicts=True)
    rows = DigestSetting.objects.filter(user__in=users.values("pk"), stopped_at=None)
    return list(rows.order_by("user"))


def _is_due(setting: DigestSetting, now: datetime) -> bool:
    """His hour has come today, and today has not been seen to. An hour that was missed is made up for the same day."""
    local = clock.local(now)
    return local.hour >= setting.hour and setting.seen_to_on != local.date()


def _wanted(waiting: Items, paces: Mapping[str, str], is_due: bool) -> Items:
    leaves = {Pace.IMMEDIATE, Pace.DAILY} if is_due else {Pace.IMMEDIATE}
    return {
        kind.name: waiting[kind.name]
        for kind in item_kinds()
        if waiting.get(kind.name) and pace_of(kind, paces) in leaves
    }


@transaction.atomic
def _tell(setting: DigestSetting, wanted: Items, now: datetime, *, is_due: bool) -> int:
    # Two sweeps take turns on the row of the person; who finds it taken leaves it to the other one.
    rows = DigestSetting.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    locked = rows.select_related("user").filter(pk=setting.pk, stopped_at=None).first()
    if locked is None or (is_due and not _is_due(locked, now)):
        return 0
    if is_due:
        locked.seen_to_on = clock.local(now).date()
        locked.save(update_fields=["seen_to_on"])
    told = DigestLine.objects.filter(user=locked.user, kind__in=list(wanted))
    known = set(told.values_list("kind", "item"))
    fresh = [(kind, item) for kind, items in wanted.items() for item in sorted(items)]
    lines = DigestLine.objects.bulk_create(
        DigestLine(user=locked.user, kind=kind, item=item, at=now)
        for kind, item in fresh
        if (kind, item) not in known
    )
    if lines:
        digest_message.send(locked, lines)
    return int(bool(lines))
