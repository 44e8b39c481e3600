"""When a calendar file says that its owner is busy. Pure: bytes in, dated intervals out; knows no Django.

A stranger's file may be broken, endless or made to hurt. `python -m core.formats.busy_ics` reads it in a process that
has little time and memory, and whose end nobody misses; `appointments/outside.py` starts it.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import x_wr_timezone
from icalendar import Calendar, Event

PARIS = ZoneInfo("Europe/Paris")
MOST_EVENTS = 20_000
MOST_ROWS = 20_000
CPU_SECONDS = 12
MEMORY_BYTES = 1_500_000_000
LONGEST_TITLE = 120
A_DAY = timedelta(days=1)
# What tells when; SUMMARY joins them where titles are wanted. Who, where and why are dropped before anything is kept.
KEPT = frozenset(
    {"UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SEQUENCE"}
)
KEPT |= {"STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"}
FREE_IN_OUTLOOK = frozenset({"FREE", "WORKINGELSEWHERE"})
REPEATED_TOO_OFTEN = re.compile(r"^RRULE[^:\n]*:.*FREQ=(SECONDLY|MINUTELY)", re.MULTILINE | re.IGNORECASE)


class Fault(StrEnum):
    EMPTY = "empty"
    NOT_ICS = "not-ics"
    CUT_OFF = "cut-off"
    TOO_MANY = "too-many"
    TOO_COMPLEX = "too-complex"


class Unreadable(Exception):  # noqa: N818 – said to the owner, no failure of ours
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class Busy(NamedTuple):
    """Seconds since the epoch, [start, end[."""

    start: int
    end: int
    uid: str
    recurrence: str
    title: str
    all_day: bool


class Reading(NamedTuple):
    rows: list[Busy]
    content: str  # the file without anything but times (and titles, where wanted): what may be kept
    skipped: int  # events that could not be understood


def read(
    content: bytes, since: datetime, until: datetime, *, titles: bool = False, ours: str = ""
) -> Reading:
    """Every busy interval that touches [since, until[. Events whose UID ends in `ours` are our own come back."""
    text = _text(content)
    if REPEATED_TOO_OFTEN.search(text):
        raise Unreadable(Fault.TOO_COMPLEX)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        calendars = [_reduced(calendar, since, titles, ours) for calendar in _calendars(text)]
        all_series = [series for calendar in calendars for series in _series(calendar)]
        rows: set[Busy] = set()
        skipped = 0
        for series in all_series:
            try:
                rows.update(_occurrences(series, since, until))
            except Exception:  # noqa: BLE001 – how the libraries say that one of a thousand events is nonsense
                skipped += 1
            if len(rows) > MOST_ROWS:
                raise Unreadable(Fault.TOO_MANY)
    if skipped and skipped == len(all_series):
        raise Unreadable(Fault.NOT_ICS)
    kept = "".join(calendar.to_ical().decode() for calendar in calendars)
    return Reading(sorted(rows), kept, skipped)


def _text(content: bytes) -> str:
    """Outlook writes UTF-8 with a mark or UTF-16, old programs Latin-1."""
    if not content.strip():
        raise Unreadable(Fault.EMPTY)
    encodings = (
        ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1252", "latin-1"]
    )
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding).replace("\x00", "").strip()
            break
    else:
        raise Unreadable(Fault.NOT_ICS)
    if not text[:15].upper().startswith("BEGIN:VCALENDAR"):
        raise Unreadable(Fault.NOT_ICS)
    if not text[-13:].upper().endswith("END:VCALENDAR"):
        raise Unreadable(Fault.CUT_OFF)
    events = text.upper().count("BEGIN:VEVENT")
    if events != text.upper().count("END:VEVENT"):
        raise Unreadable(Fault.CUT_OFF)
    if events > MOST_EVENTS:
        raise Unreadable(Fault.TOO_MANY)
    return text


def _calendars(text: str) -> list[Any]:
    try:
        found = Calendar.from_ical(text, multiple=True)
        # Google means its own zone where it writes UTC for what repeats.
        return [x_wr_timezone.to_standard(one) if "X-WR-TIMEZONE" in one else one for one in found]
    except Exception as error:
        raise Unreadable(Fault.NOT_ICS) from error


def _reduced(calendar: Any, since: datetime, titles: bool, ours: str) -> Any:
    """Times only, and nothing that is over, frees nobody, or came from here."""
    slim = Calendar()
    slim.add("PRODID", "-//MSP//Portail//FR")
    slim.add("VERSION", "2.0")
    for zone in calendar.walk("VTIMEZONE"):
        slim.add_component(zone)
    kept = KEPT | {"SUMMARY"} if titles else KEPT
    for event in calendar.walk("VEVENT"):
        uid = str(event.get("UID", ""))
        if ours and (uid.endswith(ours) or ours.encode().hex() in uid.lower()):
            continue  # Exchange wraps a foreign UID into hexadecimals
        if not _repeats(event) and _is_over(event, since):
            continue
        row = Event()
        for name in kept & set(event):
            row[name] = event[name]
        slim.add_component(row)
    return slim


def _repeats(event: Any) -> bool:
    return any(name in event for name in ("RRULE", "RDATE", "RECURRENCE-ID"))


def _is_over(event: Any, since: datetime) -> bool:
    try:
        return _instant(_end(event)) <= since
    except Exception:  # noqa: BLE001 – one that cannot be understood is counted later
        return False


def _series(calendar: Any) -> Iterator[list[Any]]:
    """Events of one UID belong together: the rule and the instances that differ from it."""
    series: dict[Any, list[Any]] = defaultdict(list)
    for number, event in enumerate(calendar.walk("VEVENT")):
        series[str(event.get("UID", "")) or number].append(event)
    yield from series.values()


def _occurrences(series: list[Any], since: datetime, until: datetime) -> Iterator[Busy]:
    if not any(_repeats(event) for event in series):
        # The newest of several copies; most of a calendar is this, and needs no arithmetic.
        found: Iterable[Any] = [max(series, key=lambda event: int(event.get("SEQUENCE", 0)))]
    else:
        import recurring_ical_events  # with the first repetition that somebody's calendar has

        alone = Calendar()
        for event in series:
            alone.add_component(event)
        # A day more on both sides: floating times are placed on our clock only afterwards.
        found = recurring_ical_events.of(alone, keep_recurrence_attributes=False).between(
            since - A_DAY, until + A_DAY
        )
    for event in found:
        busy = _busy(event)
        if busy is not None and busy.end > since.timestamp() and busy.start < until.timestamp():
            yield busy


def _busy(event: Any) -> Busy | None:
    if (
        str(event.get("STATUS", "")).upper() == "CANCELLED"
        or str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
        or str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() in FREE_IN_OUTLOOK
    ):
        return None
    start, end = event["DTSTART"].dt, _end(event)
    since, until = int(_instant(start).timestamp()), int(_instant(end).timestamp())
    if until < since and _on_the_clock(end) > _on_the_clock(start):
        # Half past two on the Sunday in March does not exist: read as half past three, and as long as ever.
        until = since + int((_on_the_clock(end) - _on_the_clock(start)).total_seconds())
    if until < since:
        raise ValueError("ends before it begins")
    if until == since:
        return None
    mark = event["RECURRENCE-ID"].dt if "RECURRENCE-ID" in event else None
    return Busy(
        since,
        until,
        str(event.get("UID", ""))[:255],
        mark.isoformat()[:32] if mark is not None else "",
        " ".join(str(event.get("SUMMARY", "")).split())[:LONGEST_TITLE],
        not isinstance(start, datetime),
    )


def _on_the_clock(moment: date) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min)
    return moment.replace(tzinfo=None)


def _end(event: Any) -> date:
    start: date = event["DTSTART"].dt
    if "DTEND" in event:
        end: date = event["DTEND"].dt
        return end
    if "DURATION" in event:
        length: timedelta = event["DURATION"].dt
        return start + length
    return start if isinstance(start, datetime) else start + A_DAY


def _instant(moment: date) -> datetime:
    """A day begins at our midnight; a time without a zone is read on our clock."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=PARIS)
    return moment.astimezone(UTC)


def main() -> None:
    """stdin: a line of JSON with the wishes, then the file. stdout: JSON."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    wishes = json.loads(sys.stdin.buffer.readline())
    since, until = (datetime.fromtimestamp(wishes[name], tz=UTC) for name in ("since", "until"))
    try:
        reading = read(sys.stdin.buffer.read(), since, until, titles=wishes["titles"], ours=wishes["ours"])
    except Unreadable as trouble:
        answer: dict[str, Any] = {"fault": trouble.fault}
    except (MemoryError, RecursionError):
        answer = {"fault": Fault.TOO_COMPLEX}
    else:
        answer = reading._asdict()
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
