"""Protocols on the first page of « Coordination »."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from coordination.home import Card, add_card
from coordination.meeting_access import is_inside
from coordination.models import ProtocolSignature, ProtocolState


def _waits(user: User) -> str:
    number = ProtocolSignature.objects.filter(
        practitioner__user=user, signed_at=None, version__state=ProtocolState.SIGNING
    ).count()
    if not number:
        return ""
    return ngettext("%(number)s protocole à signer", "%(number)s protocoles à signer", number) % {
        "number": number
    }


add_card(
    Card(
        "protocols",
        gettext_lazy("Protocoles"),
        "journal-text",
        "protocols",
        gettext_lazy("Ceux de l’équipe, à signer et à revoir ; ceux de coopération, avec leurs délégués."),
        _waits,
        opens_to=is_inside,
        order=60,
    )
)
