"""Signed addresses of who has no account: to send a letter to a programme, and to see what became of one."""

from __future__ import annotations

from django.core import signing

from core.web.public import public_address
from partnerships.models import ConsultationRequest, IntakeLink

SEND, FOLLOW = "partnerships.intake", "partnerships.request"


def intake_address(link: IntakeLink) -> str:
    return public_address("send_outside_request", signing.dumps(link.pk, salt=SEND))


def intake_link_of(token: str) -> IntakeLink | None:
    """None for a forged word, a link that was taken back or is over, a programme that takes none: one same answer."""
    pk = _read(token, SEND)
    rows = IntakeLink.objects.open().select_related("programme__partner", "programme__place__centre")
    return rows.filter(pk=pk).first() if pk is not None else None


def follow_address(request: ConsultationRequest) -> str:
    return public_address("follow_request", signing.dumps(request.pk, salt=FOLLOW))


def followed_request_of(token: str) -> ConsultationRequest | None:
    """Sent on to another programme, the same link shows the one that goes on."""
    pk = _read(token, FOLLOW)
    rows = ConsultationRequest.objects.select_related("programme__place__centre", "appointment")
    found = rows.filter(pk=pk, written_by=None).first() if pk is not None else None
    while found is not None and found.redirected_to_id is not None:
        found = rows.get(pk=found.redirected_to_id)
    return found


def _read(token: str, salt: str) -> int | None:
    try:
        return int(signing.loads(token, salt=salt))
    except (signing.BadSignature, TypeError, ValueError):
        return None
