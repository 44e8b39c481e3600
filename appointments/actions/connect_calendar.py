"""A calendar from outside begins to count, counts otherwise, rests, or is forgotten."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from appointments.actions.read_calendar import read_calendar, replace_rows
from appointments.models import ExternalCalendar
from appointments.models.external_calendar import Trouble
from appointments.outside import NotUnderstood, understand
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal

MOST_CALENDARS = 10


class TooManyCalendars(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Vous avez déjà %(most)s agendas. Retirez-en un avant d’en ajouter un autre.")
            % {"most": MOST_CALENDARS}
        )


class FileNotRead(Refusal):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(_("Ce fichier ne peut pas être lu : %(why)s.") % {"why": trouble.label})


def connect_calendar(calendar: ExternalCalendar, upload: bytes | None, *, actor: User) -> Trouble | None:
    """Save it and read it at once. An address that fails is kept and tried again; a file that fails is refused."""
    understood = None
    if upload is not None:
        try:
            understood = understand(upload, calendar)
        except NotUnderstood as fault:
            raise FileNotRead(fault.trouble) from fault
    with transaction.atomic():
        lock("calendar_feeds", calendar.practitioner_id)
        known = ExternalCalendar.objects.filter(practitioner=calendar.practitioner_id)
        if calendar.pk is None and known.count() >= MOST_CALENDARS:
            raise TooManyCalendars
        action = "calendar.connect" if calendar.pk is None else "calendar.change"
        calendar.created_by_id = calendar.created_by_id or actor.pk
        # Asked for whole: titles may be wanted now, or no longer.
        calendar.etag = calendar.last_modified = ""
        calendar.unfolded_on = None
        if understood is not None:
            calendar.content, calendar.skipped = understood.content, understood.skipped
        if not calendar.keeps_titles:
            calendar.content = _without_titles(calendar.content)
        calendar.save()
        record(
            actor,
            action,
            calendar,
            host=calendar.host,
            titles=calendar.keeps_titles,
            whole_days=calendar.counts_whole_days,
        )
    return read_calendar(calendar.pk, actor=actor, at_once=True)


def _without_titles(content: str) -> str:
    """SUMMARY and the lines that continue it."""
    kept: list[str] = []
    inside = False
    for line in content.splitlines():
        inside = line.startswith("SUMMARY") or (inside and line[:1] in (" ", "\t"))
        if not inside:
            kept.append(line)
    return "".join(f"{line}\r\n" for line in kept)


@transaction.atomic
def pause_calendar(calendar: ExternalCalendar, *, actor: User) -> None:
    """Its times are free again; the calendar itself stays."""
    calendar = ExternalCalendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
    replace_rows(calendar, [])
    calendar.is_active = False
    calendar.failing_since, calendar.trouble, calendar.failures = None, Trouble.NONE, 0
    calendar.save(update_fields=["is_active", "failing_since", "trouble", "failures"])
    record(actor, "calendar.pause", calendar)


def resume_calendar(calendar: ExternalCalendar, *, actor: User) -> Trouble | None:
    with transaction.atomic():
        ExternalCalendar.objects.filter(pk=calendar.pk).update(
            is_active=True, unfolded_on=None, etag="", last_modified="", next_read_at=clock.now()
        )
        record(actor, "calendar.resume", calendar)
    return read_calendar(calendar.pk, actor=actor, at_once=True)


@transaction.atomic
def forget_calendar(calendar: ExternalCalendar, *, actor: User) -> None:
    """With everything that was known from it."""
    lock("agenda", calendar.practitioner_id)
    record(actor, "calendar.forget", calendar, host=calendar.host)
    ExternalCalendar.objects.filter(pk=calendar.pk).delete()
