"""Who comes by a link leaves a mark in his session: for that participant of that visit, and for nothing else."""

from __future__ import annotations

from django.contrib.sessions.backends.base import SessionBase
from django.core import signing

from teleconsult.models import Participant

MARK = "video_visits"
_SALT = "teleconsult.video"


def sign(participant: Participant) -> str:
    """What a link carries: visit, participant, version. The hours are asked of the appointment when it is used."""
    return signing.Signer(salt=_SALT).sign_object(
        [participant.visit.key.hex, participant.key.hex, participant.token_version]
    )


def read(token: str) -> Participant | None:
    """The participant for whom this was signed, revoked or not; None for anything that we have not signed."""
    try:
        visit, participant, _version = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Participant.objects.with_visit().filter(key=participant, visit__key=visit).first()


def is_current(token: str, participant: Participant) -> bool:
    """Whether it is the link that was sent last."""
    _visit, _key, version = signing.Signer(salt=_SALT).unsign_object(token)
    return bool(version == participant.token_version)


def mark(session: SessionBase, participant: Participant) -> None:
    session[MARK] = {
        **session.get(MARK, {}),
        participant.visit.key.hex: [participant.key.hex, participant.token_version],
    }


def unmark(session: SessionBase, participant: Participant) -> None:
    left = {key: value for key, value in session.get(MARK, {}).items() if key != participant.visit.key.hex}
    session[MARK] = left


def marked(session: SessionBase, visit_key: object) -> tuple[str, int] | None:
    """Participant and version, as they were when the link was used."""
    found = session.get(MARK, {}).get(getattr(visit_key, "hex", ""))
    return (found[0], found[1]) if found else None
