"""The schedule's list as HTML: hundreds of rows, too many for a template each.

One function writes one row; everything that people have typed passes through `escape`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from functools import lru_cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from appointments.models import Status
from appointments.schedule import OPENING, Span, Visit, wall_minute
from appointments.schedule_pages import Page
from core import clock
from core.formats import french
from practitioners.models import Place

EPOCH = date(1970, 1, 1)


@lru_cache(maxsize=4096)
def _hour(minute: int, language: str) -> str:
    return french.hour(time(minute // 60 % 24, minute % 60))


@lru_cache(maxsize=4096)
def sign(reason: str) -> str:
    """« Consultation de suivi » → « CS »: tells reasons apart without their colour. schedule_feed.js does the same."""
    words = [word for word in reason.replace("’", " ").replace("-", " ").split() if len(word) > 2]
    return "".join(word[0] for word in words[:2]).upper() or reason[:1].upper()


class Rows:
    """Writes the rows of one page: what many of them share is asked for once."""

    def __init__(self, rooms: Mapping[int, str], *, links: bool) -> None:
        self.rooms: dict[int, str] = {pk: escape(name) for pk, name in rooms.items()}
        self.links = links
        self.language = french.language()
        self.move = reverse("reschedule", args=[0])
        self.words = {
            "held": escape(_("Créneau retenu")),
            "busy": escape(_("Occupé")),
            "over": escape(_("en surnombre")),
            "buffer": escape(_("battement %(minutes)s")),
            "open": _("Ouvert de %(since)s à %(until)s"),
            "workshop": _("De %(since)s à %(until)s :"),
            "whole": _("Toute la journée : %(what)s"),
            "away": _("De %(since)s à %(until)s : %(what)s"),
        }
        self._reasons: dict[tuple[str, str], str] = {}
        self._states: dict[tuple[str, str], str] = {}

    def write(self, visits: Iterable[Visit], *, may_move: bool) -> SafeString:
        return mark_safe("".join(self._row(visit, may_move) for visit in visits))  # noqa: S308 – escaped below

    def spans(self, page: Page, places: Mapping[int, Place]) -> SafeString:
        """Delay, holiday, openings and absences of one person and day."""
        since, until = (int(instant.timestamp()) for instant in clock.day_bounds(page.day))
        marks: list[tuple[str, str]] = []
        if page.late:
            late = _("Environ %(time)s de retard") % {"time": french.duration(page.late)}
            marks.append(("late", escape(late)))
        if page.holiday:
            marks.append(("away", escape(page.holiday)))
        for span in page.spans:
            times = {
                "since": _hour(wall_minute(span.start, EPOCH), self.language),
                "until": _hour(wall_minute(span.end, EPOCH), self.language),
                "what": span.label,
            }
            if span.kind == OPENING:
                place = places.get(span.place_id or 0) if len(places) > 1 else None
                where = f" · {place}" if place else ""
                marks.append(("open", escape(self.words["open"] % times + where)))
            elif span.session_id:
                marks.append(("workshop", self._workshop(span, times)))
            elif span.start <= since and span.end >= until:
                marks.append(("away", escape(self.words["whole"] % times)))
            else:
                marks.append(("away", escape(self.words["away"] % times)))
        if not marks:
            return SafeString()
        rows = "".join(f'<li class="mark mark-{kind}">{text}</li>' for kind, text in marks)
        return mark_safe(f'<ul class="span-row">{rows}</ul>')  # noqa: S308 – escaped just above

    def _workshop(self, span: Span, times: dict[str, str]) -> str:
        room = (
            f' <span class="muted">· {self.rooms[span.room_id]}</span>' if span.room_id in self.rooms else ""
        )
        address = reverse("workshop_session", args=[span.session_id])
        when = escape(self.words["workshop"] % times)
        return f'{when} <a href="{address}">{escape(span.label)}</a>{room}'

    def _row(self, visit: Visit, may_move: bool) -> str:
        start, end = wall_minute(visit.start, EPOCH), wall_minute(visit.end, EPOCH)
        clock_time = f"{start // 60 % 24:02}:{start % 60:02}"
        return (
            f'<li class="visit-row{" is-held" if visit.is_held else ""}">'
            f'<time datetime="{clock_time}">{_hour(start, self.language)}–{_hour(end, self.language)}</time>'
            f"{self._swatch(visit)}"
            f'<span class="visit-who">{self._who(visit, may_move)}</span>'
            f"{self._state(visit)}</li>"
        )

    def _swatch(self, visit: Visit) -> str:
        key = visit.reason, visit.colour
        if visit.reason and key not in self._reasons:
            self._reasons[key] = (
                f'<span class="swatch colour-{escape(visit.colour)}" aria-hidden="true">'
                f"{escape(sign(visit.reason))}</span>"
            )
        return self._reasons.get(key, "")

    def _who(self, visit: Visit, may_move: bool) -> str:
        """The name first, else the reason, else « Occupé »; everything else in one muted line behind it."""
        more: list[str] = []
        if visit.is_held:
            first = self.words["held"]
        elif visit.patient:
            first = f"<strong>{escape(visit.patient)}</strong>"
            more.append(escape(visit.reason))
        else:
            first = escape(visit.reason) or self.words["busy"]
        if self.links and may_move and visit.status == Status.BOOKED:
            first = f'<a href="{self.move.replace("/0/", f"/{visit.id}/")}">{first}</a>'
        if visit.room_id:
            more.append(self.rooms.get(visit.room_id, ""))
        if visit.buffer_minutes:
            more.append(self.words["buffer"] % {"minutes": french.duration(visit.buffer_minutes)})
        if visit.is_overbooked:
            more.append(self.words["over"])
        behind = " · ".join(one for one in more if one)
        return f'{first} <span class="muted">{behind}</span>' if behind else first

    def _state(self, visit: Visit) -> str:
        if visit.status == Status.BOOKED or not visit.state_label:
            return ""
        key = visit.status, visit.state_label
        if key not in self._states:
            context = {"state": visit.status, "label": visit.state_label}
            self._states[key] = render_to_string("components/status.html", context).strip()
        return self._states[key]
