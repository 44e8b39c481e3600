"""Who comes by a link leaves a mark in his session: for that participant of that visit, and for nothing else."""

from __future__ import annotations

import uuid

from django.contrib.sessions.backends.base import SessionBase
from django.core import signing

from teleconsult.models import Participant

MARK = "video_visits"
_SIGNER = signing.Signer(salt="teleconsult.video")


def sign(participant: Participant) -> str:
    """What a link carries: the participant, who is of one visit alone, and the version. Short, for an SMS.

    The hours are asked of the appointment whenever it is used: what moves the one moves the other.
    """
    return _SIGNER.sign(f"{participant.key.hex}-{participant.token_version}")


def read(token: str) -> tuple[Participant, bool] | None:
    """For whom this was signed, and whether it is the link that was sent last; None for what we have not signed."""
    try:
        key, version = _SIGNER.unsign(token[:200]).split("-")
    except (signing.BadSignature, ValueError):
        return None
    found = Participant.objects.with_visit().filter(key=uuid.UUID(key)).first()
    return (found, str(found.token_version) == version) if found is not None else None


def mark(session: SessionBase, participant: Participant) -> None:
    session[MARK] = {
        **session.get(MARK, {}),
        participant.visit.key.hex: [participant.key.hex, participant.token_version],
    }


def unmark(session: SessionBase, visit_key: uuid.UUID) -> None:
    session[MARK] = {key: value for key, value in session.get(MARK, {}).items() if key != visit_key.hex}


def marked(session: SessionBase, visit_key: uuid.UUID) -> tuple[str, int] | None:
    """Participant and version, as they were when the link was used."""
    found = session.get(MARK, {}).get(visit_key.hex)
    return (found[0], found[1]) if found else None
