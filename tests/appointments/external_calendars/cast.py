"""A server elsewhere that serves a calendar, and what the house knows of it."""

from __future__ import annotations

from datetime import UTC

from django.urls import reverse

from appointments.models import ExternalBusy


def ics(*events: str) -> bytes:
    body = "\r\n".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}\r\nEND:VCALENDAR\r\n".encode()


DENTIST = "UID:1\r\nSUMMARY:Dentiste\r\nDTSTART:20261123T080000Z\r\nDTEND:20261123T083000Z"  # 9 h to 9 h 30


class Elsewhere:
    """What the other side answers just now."""

    def __init__(self) -> None:
        self.status, self.body, self.etag, self.asked = 200, ics(DENTIST), '"1"', 0
        self.address = ""


def address(name, doctor, *args):
    return reverse(name, args=[doctor.practitioner.slug, *args])


def known() -> list[tuple[str, str]]:
    rows = ExternalBusy.objects.order_by("start_at")
    return [
        (f"{row.start_at.astimezone(UTC):%d %H:%M}–{row.end_at.astimezone(UTC):%H:%M}", row.title)
        for row in rows
    ]
