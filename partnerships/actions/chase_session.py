"""Somebody of the house asks the partner once more, before the clock would."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.audit.record import record
from core.db import insert_or_none
from core.refusal import Refusal
from partnerships import notifications
from partnerships.actions.change_session import standing_session
from partnerships.models import ConsultationSession, SessionChase, SessionState


class AlreadyConfirmed(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Le partenaire a déjà confirmé."))


class AlreadyChased(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Le partenaire a déjà été relancé aujourd’hui."))


class NobodyToAsk(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Aucun contact de ce partenaire ne reçoit les demandes : téléphonez."))


@transaction.atomic
def chase_session(session: ConsultationSession, *, actor: User) -> SessionChase:
    """Raises `SessionOver`, `AlreadyConfirmed`, `NobodyToAsk`, `AlreadyChased`."""
    session = standing_session(session)
    if session.state == SessionState.CONFIRMED:
        raise AlreadyConfirmed
    chase = insert_or_none(SessionChase(session=session, sent_by=actor))
    if chase is None:
        raise AlreadyChased
    if not notifications.session_chased(chase):
        raise NobodyToAsk
    record(actor, "session.chased", session, on=chase.on.isoformat())
    return chase
