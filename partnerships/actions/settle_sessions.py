"""Several sessions at one stroke of the coordinator: what can be done is done, what cannot says why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.refusal import Refusal
from partnerships.actions.change_session import confirm_session
from partnerships.actions.chase_session import AlreadyConfirmed, chase_session
from partnerships.models import ConsultationSession, SessionState


class Gesture(models.TextChoices):
    """The word of the form, and what the button says."""

    CONFIRM = "confirmer", gettext_lazy("Confirmée par le partenaire")
    CHASE = "relancer", gettext_lazy("Relancer par e-mail")


@dataclass(frozen=True)
class Result:
    session: ConsultationSession
    sentence: str
    is_done: bool


@transaction.atomic
def settle_sessions(
    sessions: Iterable[ConsultationSession], gesture: Gesture, *, by: str, actor: User
) -> list[Result]:
    """One answer for each, in the order of their dates. `by`: who of the partner said that it will be held."""
    # Locked in the order of their keys, so that two strokes at once cannot wait for each other.
    results = [_settle(session, gesture, by, actor) for session in sorted(sessions, key=lambda one: one.pk)]
    return sorted(results, key=lambda one: (one.session.start_at, one.session.pk))


def _settle(session: ConsultationSession, gesture: Gesture, by: str, actor: User) -> Result:
    try:
        with transaction.atomic():
            return Result(session, _done(session, gesture, by, actor), is_done=True)
    except Refusal as refusal:
        return Result(session, str(refusal.sentence), is_done=False)


def _done(session: ConsultationSession, gesture: Gesture, by: str, actor: User) -> str:
    if gesture == Gesture.CHASE:
        chase_session(session, actor=actor)
        return _("le partenaire est relancé par e-mail.")
    if session.state == SessionState.CONFIRMED:
        raise AlreadyConfirmed
    confirm_session(session, by=by, actor=actor)
    return _("la séance est confirmée.")
