"""Calendar files as the world writes them, held against intervals written by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.formats.busy_ics import Fault, Unreadable, read
from msp_portal.paths import BASE_DIR

FILES = Path(__file__).parent / "calendars"
SINCE = datetime(2026, 11, 21, 12, tzinfo=UTC)
UNTIL = datetime(2027, 11, 22, 23, tzinfo=UTC)


def crlf(text: str) -> bytes:
    return text.strip().replace("\n", "\r\n").encode()


def calendar(*events: str) -> bytes:
    body = "\n".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT" for event in events)
    return crlf(f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{body}\nEND:VCALENDAR")


def intervals(content: bytes, until: datetime = UNTIL) -> list[str]:
    """« 2026-11-24 11:00–12:00 », in UTC."""
    found = []
    for row in read(content, SINCE, until).rows:
        start, end = (datetime.fromtimestamp(second, tz=UTC) for second in row[:2])
        last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
        found.append(f"{start:%Y-%m-%d %H:%M}–{last}{' day' if row.all_day else ''}")
    return found


def file(name: str) -> bytes:
    return crlf((FILES / name).read_text())


def test_google_exceptions_cancelled_instances_and_free_days():
    assert intervals(file("google.ics")) == [
        "2026-11-24 11:00–12:00",  # 1 December is an EXDATE
        "2026-11-26 08:30–09:30",
        "2026-12-08 13:00–14:00",  # moved by a RECURRENCE-ID; the one of 15 December is cancelled
        "2026-12-23 23:00–2026-12-26 23:00 day",
    ]


def test_outlook_zones_of_its_own_and_what_counts_as_free():
    found = intervals(file("outlook.ics"))
    assert found[:4] == [
        "2026-11-25 14:00–15:00",  # « Customized Time Zone » of the file: Greenwich all year
        "2026-11-25 15:00–15:30",  # a name that says nothing: our clock
        "2026-11-27 08:00–09:00",
        "2026-12-18 08:00–09:00",  # two EXDATEs on one line
    ]
    assert [row for row in found if "day" in row] == ["2027-02-07 23:00–2027-02-12 23:00 day"]
    # The same hour on our wall on both sides of the change, and UNTIL counts in.
    assert found[-2:] == ["2027-03-26 08:00–09:00", "2027-04-02 07:00–08:00"]


def test_apple_floating_foreign_nights_and_leap_days():
    assert intervals(file("apple.ics")) == [
        "2026-11-25 17:00–18:30",
        "2026-11-26 14:00–15:30",
        "2026-12-02 07:00–08:00",
        "2026-12-09 07:00–08:00",
        "2026-12-16 09:00–10:00",
        # Nights around the last Sunday of March: the third ends an hour earlier by Greenwich.
        "2027-03-26 22:00–2027-03-27 00:00",
        "2027-03-27 22:00–2027-03-28 00:00",
        "2027-03-28 21:00–23:00",
    ]
    leap = intervals(file("apple.ics"), datetime(2028, 3, 2, tzinfo=UTC))
    assert leap[-1] == "2028-02-28 23:00–2028-02-29 23:00 day"


def test_nextcloud_without_zones_and_an_exdate_that_is_a_day():
    found = intervals(file("nextcloud.ics"), datetime(2026, 12, 3, tzinfo=UTC))
    assert found == [
        "2026-11-23 06:00–06:30",
        "2026-11-24 19:00–20:00",
        "2026-11-30 07:00–07:30",
        "2026-12-02 06:00–06:30",
    ]


def test_both_days_on_which_the_clock_changes():
    daily = "UID:1\nDTSTART;TZID=Europe/Paris:20261024T023000\nDURATION:PT30M\nRRULE:FREQ=DAILY"
    first = read(calendar(daily), datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC))
    starts = [datetime.fromtimestamp(row.start, tz=UTC).isoformat() for row in first.rows]
    assert starts == ["2026-10-24T00:30:00+00:00", "2026-10-25T00:30:00+00:00", "2026-10-26T01:30:00+00:00"]
    second = read(calendar(daily), datetime(2027, 3, 27, tzinfo=UTC), datetime(2027, 3, 30, tzinfo=UTC))
    days = [datetime.fromtimestamp(row.start, tz=UTC).day for row in second.rows]
    assert days == [27, 28, 29]
    assert [row.end - row.start for row in second.rows] == [1800] * 3


def test_whole_days_are_as_long_as_the_day_is():
    rows = read(
        calendar(
            "UID:1\nDTSTART;VALUE=DATE:20270328",
            "UID:2\nDTSTART;VALUE=DATE:20271031\nDTEND;VALUE=DATE:20271101",
        ),
        SINCE,
        UNTIL,
    ).rows
    assert [(row.end - row.start) // 3600 for row in rows] == [23, 25]


def test_our_own_visits_come_back_from_elsewhere_and_do_not_count():
    ours = "3f0c@msp-portal"
    wrapped = "040000008200E00074C5B7101A82E008" + f"vCal-Uid{ours}".encode().hex().upper()
    times = "DTSTART:20261125T100000Z\nDTEND:20261125T110000Z"
    content = calendar(f"UID:{ours}\n{times}", f"UID:{wrapped}\n{times}", f"UID:other\n{times}")
    reading = read(content, SINCE, UNTIL, ours="@msp-portal")
    assert [row.uid for row in reading.rows] == ["other"]


def test_nothing_is_kept_but_times_and_titles_only_where_wanted():
    bare = read(file("google.ics"), SINCE, UNTIL)
    assert {row.title for row in bare.rows} == {""}
    for word in ("Piscine", "Dentiste", "autre@example.org", "rue Haute", "carte", "20200101"):
        assert word not in bare.content
    named = read(file("google.ics"), SINCE, UNTIL, titles=True)
    assert [row.title for row in named.rows] == [
        "Piscine",
        "Dentiste",
        "Piscine (l'après-midi)",
        "Noël chez Mamie",
    ]
    assert "rue Haute" not in named.content
    # What is kept says the same again.
    assert read(named.content.encode(), SINCE, UNTIL, titles=True).rows == named.rows


def test_one_bad_event_does_not_hide_the_others():
    content = calendar(
        "UID:bad\nDTSTART:nonsense\nRRULE:FREQ=DAILY",
        "UID:none\nSUMMARY:sans date",
        "UID:back\nDTSTART:20261125T100000Z\nDTEND:20261125T090000Z",
        "UID:rule\nDTSTART:20261125T100000Z\nDTEND:20261125T110000Z\nRRULE:FREQ=WEEKLY;BYDAY=XX",
        "UID:good\nDTSTART:20261125T100000Z\nDTEND:20261125T110000Z",
    )
    reading = read(content, SINCE, UNTIL)
    assert [row.uid for row in reading.rows if row.uid != "rule"] == ["good"]
    assert reading.skipped >= 3


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.EMPTY),
        (b" \r\n ", Fault.EMPTY),
        (b"<!DOCTYPE html><html><body>Connexion</body></html>", Fault.NOT_ICS),
        (b"\x89PNG\r\n\x1a\n\x00\x00", Fault.NOT_ICS),
        (b"BEGIN:VCARD\r\nEND:VCARD", Fault.NOT_ICS),
        (file("google.ics")[:900], Fault.CUT_OFF),
        (calendar("UID:1\nDTSTART:20261125T100000Z\nRRULE:FREQ=SECONDLY"), Fault.TOO_COMPLEX),
        (calendar("UID:1\nDTSTART:20261125T100000Z\nRRULE:INTERVAL=1;FREQ=MINUTELY"), Fault.TOO_COMPLEX),
        (calendar(*["UID:1"] * 20_001), Fault.TOO_MANY),
        (calendar("UID:1\nDTSTART:garbage"), Fault.NOT_ICS),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR", Fault.CUT_OFF),
    ],
)
def test_what_cannot_be_read(content, fault):
    with pytest.raises(Unreadable) as refused:
        read(content, SINCE, UNTIL)
    assert refused.value.fault == fault


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_any_usual_encoding(encoding):
    text = calendar("UID:1\nSUMMARY:Réunion d'été\nDTSTART:20261125T100000Z\nDTEND:20261125T110000Z").decode()
    (row,) = read(text.encode(encoding), SINCE, UNTIL, titles=True).rows
    assert row.title == "Réunion d'été"


def test_an_empty_calendar_is_a_calendar():
    assert read(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", SINCE, UNTIL).rows == []


def apart(content: bytes) -> dict[str, object]:
    wishes = {"since": SINCE.timestamp(), "until": UNTIL.timestamp(), "titles": False, "ours": "@msp-portal"}
    child = subprocess.run(
        [sys.executable, "-m", "core.formats.busy_ics"],
        input=json.dumps(wishes).encode() + b"\n" + content,
        capture_output=True,
        check=False,
        timeout=60,
        cwd=BASE_DIR,
    )
    return json.loads(child.stdout) if child.returncode == 0 else {"died": True}


def test_the_child_answers_as_the_function_does():
    answer = apart(file("google.ics"))
    expected = read(file("google.ics"), SINCE, UNTIL)
    assert answer == json.loads(json.dumps(expected._asdict()))
    assert apart(b"") == {"fault": "empty"}


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(-50 * 24, 380 * 24), st.integers(1, 60), st.booleans(), st.integers(1, 5)),
        max_size=5,
    )
)
def test_weekly_series_equal_counting(rows):
    """(hours since SINCE, length, repeats weekly, how often) against plain addition, in UTC."""
    events, expected = [], set()
    zero, hour, week = int(SINCE.timestamp()), 3600, 7 * 86400
    for number, (offset, length, repeats, times) in enumerate(rows):
        start = datetime.fromtimestamp(zero + offset * hour, tz=UTC)
        end = datetime.fromtimestamp(zero + (offset + length) * hour, tz=UTC)
        rule = f"\nRRULE:FREQ=WEEKLY;COUNT={times}" if repeats else ""
        events.append(f"UID:{number}\nDTSTART:{start:%Y%m%dT%H%M%SZ}\nDTEND:{end:%Y%m%dT%H%M%SZ}{rule}")
        for n in range(times if repeats else 1):
            since = int(start.timestamp()) + n * week
            until = since + length * hour
            if until > SINCE.timestamp() and since < UNTIL.timestamp():
                expected.add((since, until, str(number)))
    found = {(row.start, row.end, row.uid) for row in read(calendar(*events), SINCE, UNTIL).rows}
    assert found == expected


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(noise):
    for content in (noise, b"BEGIN:VCALENDAR\r\n" + noise + b"\r\nEND:VCALENDAR"):
        try:
            read(content, SINCE, UNTIL)
        except Unreadable:
            continue
