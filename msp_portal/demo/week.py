"""How a professional of the demo and his week are written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from appointments.models import Audience

DAYS = {"lu": 0, "ma": 1, "me": 2, "je": 3, "ve": 4, "sa": 5, "di": 6}


@dataclass(frozen=True)
class Hours:
    """« lu ma 8:30-12:00 »: one weekly pattern. `shift` puts rotating weeks out of step with each other."""

    text: str
    room: str | None = None
    kind: str = ""
    every: int = 1
    shift: int = 0
    audience: Audience = Audience.EVERYONE
    on_holidays: bool = False

    @property
    def weekdays(self) -> list[int]:
        return [DAYS[word] for word in self.text.split()[:-1]]

    @property
    def span(self) -> tuple[time, time]:
        start, end = self.text.split()[-1].split("-")
        return time.fromisoformat(start.zfill(5)), time.fromisoformat(end.zfill(5))


@dataclass(frozen=True)
class Professional:
    first_name: str
    last_name: str
    profession: str
    title: str = ""
    email: str = ""
    role: str = "practitioner"
    kind: str = "member"
    speciality: str = ""
    languages: tuple[str, ...] = ("fr",)
    sector: str = "c"
    fees: str = ""
    takes_new: bool = True
    listed: bool = True
    presentation: str = ""
    hours: tuple[Hours, ...] = ()


def unscheduled(text: str, room: str) -> Hours:
    return Hours(text, room, kind="unscheduled", audience=Audience.UNSCHEDULED)


def doctor_week(room: str, turn: int, *, off: str = "me") -> tuple[Hours, ...]:
    """Lunch break, one afternoon off, a late hour for what cannot wait, one Saturday in two, one Sunday in five."""
    full = " ".join(day for day in ("lu", "ma", "me", "je", "ve") if day != off)
    return (
        Hours(f"{full} 8:30-11:30", room),
        unscheduled(f"{full} 11:30-12:30", room),
        Hours(f"{full} 14:00-18:00", room),
        Hours(f"{off} 8:30-12:30", room),
        Hours("ma 12:30-14:00", None, kind="home", audience=Audience.STAFF),
        Hours("sa 8:30-12:00", room, every=2, shift=turn % 2),
        Hours(
            "di 9:00-12:30",
            room,
            kind="unscheduled",
            every=5,
            shift=turn,
            audience=Audience.UNSCHEDULED,
            on_holidays=True,
        ),
    )


def nurse_week(room: str, days: str, turn: int) -> tuple[Hours, ...]:
    return (
        Hours(f"{days} 7:00-9:30", room),
        Hours(f"{days} 10:00-12:30", None, kind="home"),
        Hours(f"{days} 16:00-19:00", None, kind="home"),
        Hours("sa di 7:30-12:00", None, kind="home", every=4, shift=turn, on_holidays=True),
    )
