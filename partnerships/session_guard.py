"""The opening of a session is the session's: it is neither cancelled nor reopened by hand, uncounted by anybody."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from appointments.models import Opening
from appointments.opening_guards import add_guard
from core.refusal import Refusal
from partnerships.models import ConsultationSession


class IsASession(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "C’est la séance d’un partenaire : annulez-la sur sa page, pour que chaque patient ait sa réponse."
            )
        )


class WasASession(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "C’était la séance d’un partenaire : ajoutez une séance depuis sa consultation, "
                "pour que la convention la compte."
            )
        )


def refuse_by_hand(opening: Opening) -> None:
    if not ConsultationSession.objects.filter(opening=opening).exists():
        return
    raise WasASession if opening.cancelled_at is not None else IsASession


add_guard(refuse_by_hand)
