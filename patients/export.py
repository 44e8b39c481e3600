"""What this room knows of an account, ready to be handed over to the person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from core.formats import french
from patients.access import openings_of, proxies_of
from patients.models import NoticePreference, Patient

IDENTITY = (
    *("birth_name", "birth_first_names", "used_name", "used_first_name", "birth_date", "sex"),
    *("birth_place_code", "identity_status", "shown_ins"),
    *("email", "phone", "address", "postal_code", "city", "attending_doctor_outside", "created_at"),
)


def no_files(keys: list[int]) -> Iterable[tuple[str, Path]]:
    return ()


@dataclass(frozen=True)
class Part:
    """What a room above keeps of people, in its own `export_<noun>.py`, imported by its AppConfig.ready.

    `rows` answers, for these patients, lines that are plain values (text, numbers, dates, lists of them), in a constant
    number of queries. `words` says each name in French, in the order of the page to read; a name without word is in
    the JSON only. `files` go into the archive: a name there, and where the file is.
    """

    name: str
    label: str | Promise
    rows: Callable[[list[int]], Iterable[dict[str, Any]]]
    words: Mapping[str, str | Promise]
    files: Callable[[list[int]], Iterable[tuple[str, Path]]] = no_files


_parts: dict[str, Part] = {}


def add_part(part: Part) -> None:
    """Called once by the room that keeps the rows."""
    _parts[part.name] = part


def parts() -> list[Part]:
    return list(_parts.values())


type Lines = list[list[tuple[str | Promise, str]]]


def to_read(data: Mapping[str, Any]) -> list[tuple[str | Promise, Lines]]:
    """The rows of all parts, already gathered, in words."""
    return [
        (
            part.label,
            [
                [(word, in_words(row.get(name))) for name, word in part.words.items() if row.get(name)]
                for row in data[part.name]
            ],
        )
        for part in parts()
        if data[part.name]
    ]


def in_words(value: Any) -> str:
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, datetime):
        return f"{french.full_day_with_year(value)}, {french.hour(value)}"
    if isinstance(value, date):
        return french.full_day_with_year(value)
    if isinstance(value, list | tuple):
        return ", ".join(in_words(one) for one in value)
    return str(value)


def account(user: User) -> dict[str, Any]:
    return {
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "phone": str(user.phone),
        "language": user.language,
        "opened_at": user.date_joined,
        "last_sign_in_at": user.last_login,
    }


def person(patient: Patient) -> dict[str, Any]:
    said = {name: _plain(getattr(patient, name)) for name in IDENTITY}
    return said | {"ins_number": said.pop("shown_ins")}


def relatives(user: User) -> Iterator[dict[str, Any]]:
    for proxy in proxies_of(user):
        yield {
            "name": proxy.patient.display_name,
            "relation": proxy.relation,
            "state": proxy.state,
            "asked_at": proxy.asked_at,
            "decided_at": proxy.decided_at,
            "until": proxy.until,
        }


def notices(user: User) -> dict[str, Any]:
    preference = NoticePreference.objects.filter(user=user).first() or NoticePreference()
    names = ("by_email", "by_sms", "week_before", "days_before", "hours_before")
    return {name: getattr(preference, name) for name in names}


def openings(keys: Collection[int]) -> Iterator[dict[str, Any]]:
    for row in openings_of(keys).order_by("at", "pk"):
        yield {"at": row.at, "who": row.actor_label, "why": row.reason}


def _plain(value: Any) -> Any:
    """Telephone numbers and choices as text; dates stay dates."""
    return str(value) if isinstance(value, str) or hasattr(value, "as_e164") else value
