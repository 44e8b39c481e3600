"""One reading of a calendar from outside: fetched and understood outside any transaction, written in one.

Whatever goes wrong, what was known stays; the row says since when and why.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.models import ExternalBusy, ExternalCalendar
from appointments.models.external_calendar import LONGEST_PAUSE, READ_EVERY, Trouble
from appointments.outside import NotUnderstood, Understood, understand, window
from core import clock
from core.audit.record import record
from core.db import lock
from core.formats.busy_ics import Busy
from core.web.outside import NotFetched, fetch

LEASE = timedelta(minutes=5)


def due_calendars() -> list[int]:
    return list(
        ExternalCalendar.objects.due(clock.now()).order_by("next_read_at").values_list("pk", flat=True)
    )


def read_calendar(pk: int, *, actor: AbstractBaseUser | None = None, at_once: bool = False) -> Trouble | None:
    """Answers how it went; None where somebody else is at it or nothing is to be done."""
    calendar = _claim(pk, at_once=at_once)
    if calendar is None:
        return None
    try:
        understood = _understood(calendar)
    except (NotFetched, NotUnderstood) as fault:
        trouble = Trouble(fault.hitch) if isinstance(fault, NotFetched) else fault.trouble
        _failed(calendar, trouble, _unfolded_anew(calendar), actor)
        return trouble
    _succeeded(calendar, understood, actor)
    return Trouble.NONE


def _claim(pk: int, *, at_once: bool) -> ExternalCalendar | None:
    """Two workers never read the same one: the first pushes the next reading away."""
    now = clock.now()
    wanted = ExternalCalendar.objects.filter(pk=pk, is_active=True)
    if not at_once:
        wanted = wanted.filter(next_read_at__lte=now)
    if not wanted.update(next_read_at=now + LEASE, tried_at=now):
        return None
    return ExternalCalendar.objects.filter(pk=pk).first()


def _understood(calendar: ExternalCalendar) -> Understood | None:
    """None: nothing has changed, and the year that is unfolded is today's."""
    if calendar.address:
        got = fetch(calendar.address, etag=calendar.etag, last_modified=calendar.last_modified)
        if got.body is not None:
            understood = understand(got.body, calendar)
            calendar.etag, calendar.last_modified = got.etag, got.last_modified
            return understood
    return _unfolded_anew(calendar)


def _unfolded_anew(calendar: ExternalCalendar) -> Understood | None:
    """What is known, carried on to the end of the year to come: also while the address does not answer."""
    if calendar.unfolded_on == clock.today() or not calendar.content:
        return None
    return understand(calendar.content.encode(), calendar)


@transaction.atomic
def _succeeded(
    calendar: ExternalCalendar, understood: Understood | None, actor: AbstractBaseUser | None
) -> None:
    now = clock.now()
    current = ExternalCalendar.objects.select_for_update(no_key=True).filter(pk=calendar.pk).first()
    if current is None or not current.is_active or _settings(current) != _settings(calendar):
        return  # removed, paused or changed meanwhile: what was read is no longer what is wanted
    recovered = current.failing_since is not None
    if understood is not None:
        current.content, current.skipped = understood.content, understood.skipped
        current.etag, current.last_modified = calendar.etag, calendar.last_modified
        current.unfolded_on = clock.today()
        added, gone = replace_rows(current, understood.rows)
        if added or gone:
            record(actor, "calendar.read", current, added=added, gone=gone)
    if recovered:
        record(actor, "calendar.recovered", current)
    current.read_at = current.tried_at = now
    current.failing_since, current.trouble, current.failures = None, Trouble.NONE, 0
    current.next_read_at = now + READ_EVERY
    current.save()


def _settings(calendar: ExternalCalendar) -> tuple[object, ...]:
    return calendar.address, calendar.keeps_titles, calendar.counts_whole_days


@transaction.atomic
def _failed(
    calendar: ExternalCalendar,
    trouble: Trouble,
    understood: Understood | None,
    actor: AbstractBaseUser | None,
) -> None:
    now = clock.now()
    current = ExternalCalendar.objects.select_for_update(no_key=True).filter(pk=calendar.pk).first()
    if current is None or not current.is_active:
        return
    if current.failing_since is None:
        current.failing_since = now
        record(actor, "calendar.failed", current, trouble=str(trouble))
    current.trouble, current.failures = trouble, current.failures + 1
    # Twice as long after each failure: a house that is down is not helped by knocking.
    current.next_read_at = now + min(LONGEST_PAUSE, READ_EVERY * 2 ** min(current.failures - 1, 8))
    if understood is not None and _settings(current) == _settings(calendar):
        current.unfolded_on = clock.today()
        replace_rows(current, understood.rows)
    current.save(update_fields=["failing_since", "trouble", "failures", "next_read_at", "unfolded_on"])


def replace_rows(calendar: ExternalCalendar, wanted: list[Busy]) -> tuple[int, int]:
    """Write what is new and remove what is gone, at once; the rest stays untouched. Answers how many of each.

    Time is taken away from a practitioner: nobody books while it happens.
    """
    known = {
        Busy(
            int(row.start_at.timestamp()),
            int(row.end_at.timestamp()),
            row.uid,
            row.recurrence,
            row.title,
            row.is_whole_day,
        ): row.pk
        for row in ExternalBusy.objects.filter(calendar=calendar)
    }
    new = set(wanted)
    gone = [pk for busy, pk in known.items() if busy not in new]
    added = sorted(new - known.keys())
    if not (gone or added):
        return 0, 0
    lock("agenda", calendar.practitioner_id)
    ExternalBusy.objects.filter(pk__in=gone).delete()
    ExternalBusy.objects.bulk_create(
        [
            ExternalBusy(
                calendar=calendar,
                practitioner_id=calendar.practitioner_id,
                start_at=_at(busy.start),
                end_at=_at(busy.end),
                uid=busy.uid,
                recurrence=busy.recurrence,
                title=busy.title,
                is_whole_day=busy.all_day,
            )
            for busy in added
        ],
        batch_size=1000,
    )
    since = int(window()[0].timestamp())
    return len(added), sum(1 for busy, pk in known.items() if busy not in new and busy.end > since)


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
