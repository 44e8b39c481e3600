"""The link by which a partner answers for one session, without an account: signed, and dead once the session begins."""

from __future__ import annotations

from django.core import signing

from core import clock
from core.web.public import public_address
from partnerships.models import ConsultationSession

SALT = "partnerships.session"


def answer_link(session: ConsultationSession) -> str:
    token = signing.dumps(session.pk, salt=SALT)
    return public_address("answer_session", token)


def session_of(token: str) -> ConsultationSession | None:
    """None for a forged link, and for a session that has begun."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    rows = ConsultationSession.objects.select_related("programme__partner", "practitioner", "room__place")
    return rows.filter(pk=pk, start_at__gt=clock.now()).first()
