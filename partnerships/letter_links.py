"""The address of a letter for the doctor of outside who asked: signed, void without its row."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing
from django.http import HttpRequest

from core import clock
from core.web.public import public_address
from partnerships.models import LetterDelivery

SALT = "partnerships.return_letter"
# Who has answered reads and prints; a screen that was left is shut again.
READING = timedelta(minutes=20)


def letter_address(delivery: LetterDelivery) -> str:
    return public_address("read_outside_letter", signing.dumps(delivery.pk, salt=SALT))


def delivery_of(token: str) -> LetterDelivery | None:
    """None for a forged word, and for a link that is taken back, over, or was tried too often: one same answer."""
    try:
        key = int(signing.loads(token[:300], salt=SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None
    rows = LetterDelivery.objects.select_related(
        "letter__request__patient",
        "letter__request__programme__partner",
        "letter__request__programme__place__centre",
        "letter__request__requester",
        "letter__request__appointment",
        "letter__author__profession",
        "letter__document__upload",
    )
    found = rows.filter(pk=key).first()
    return found if found is not None and found.is_open(clock.now()) else None


def begin_reading(request: HttpRequest, delivery: LetterDelivery) -> None:
    request.session[_mark(delivery)] = (clock.now() + READING).isoformat()


def is_reading(request: HttpRequest, delivery: LetterDelivery) -> bool:
    until = request.session.get(_mark(delivery))
    return until is not None and datetime.fromisoformat(until) > clock.now()


def _mark(delivery: LetterDelivery) -> str:
    return f"letter-{delivery.pk}"
