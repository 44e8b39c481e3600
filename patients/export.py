"""What this room knows of an account, ready to be handed over to the person."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from accounts.models import User
from patients.access import openings_of, proxies_of
from patients.models import NoticePreference, Patient

IDENTITY = (
    *("birth_name", "birth_first_names", "used_name", "used_first_name", "birth_date", "sex"),
    *("birth_place_code", "identity_status", "ins_number"),
    *("email", "phone", "address", "postal_code", "city", "attending_doctor_outside", "created_at"),
)


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
    return {name: _plain(getattr(patient, name)) for name in IDENTITY}


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
