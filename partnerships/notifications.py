"""The messages of this room: about sessions and contracts. No patient is ever named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.access import holders_of
from accounts.models import Role
from accounts.notifications import email_to
from core.outbox import rendering
from core.outbox.enqueue import about, enqueue
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from partnerships.links import answer_link
from partnerships.models import Agreement, ConsultationSession, NoticeStep, SessionChase
from practitioners.house import the_house

TEMPLATES = "partnerships/messages"


def agreement_ending(agreement: Agreement, months: int) -> None:
    """To every coordinator, once per step."""
    payload = {
        "partner": agreement.partner.name,
        "title": agreement.title,
        "ends_on": agreement.ends_on.isoformat(),
    }
    _tell_coordinators(AGREEMENT_ENDING.name, agreement, f"{agreement.pk}:{months}", payload)


def session_unconfirmed(session: ConsultationSession) -> None:
    """Three days before, nobody has answered: somebody of the house telephones."""
    payload = {"partner": session.programme.partner.name, "start": session.start_at.isoformat()}
    _tell_coordinators(SESSION_UNCONFIRMED.name, session, str(session.pk), payload)


def session_to_confirm(session: ConsultationSession, step: NoticeStep) -> None:
    """To the contacts of the partner who answer for sessions. Neither patients nor reasons are named."""
    _ask_partner(session, step, again=step == NoticeStep.REMINDED)


def session_chased(chase: SessionChase) -> int:
    """The same question once more, because somebody of the house wants the answer. How many were written to."""
    return _ask_partner(chase.session, f"chase:{chase.on.isoformat()}", again=True)


def _ask_partner(session: ConsultationSession, key: str, *, again: bool) -> int:
    contacts = session.programme.partner.contacts.filter(confirms_sessions=True)
    letters = [
        OutboxMessage(
            dedupe_key=f"{SESSION_TO_CONFIRM.name}:{session.pk}:{key}:{contact.pk}",
            kind=SESSION_TO_CONFIRM.name,
            channel=Channel.EMAIL,
            address=contact.email,
            language="fr",
            payload={
                "link": answer_link(session),
                "start": session.start_at.isoformat(),
                "end": session.end_at.isoformat(),
                "who": session.practitioner.display_name,
                "again": again,
            },
            expires_at=session.start_at,
            **about(session),
        )
        for contact in contacts
    ]
    enqueue(letters)
    return len(letters)


def _tell_coordinators(kind: str, subject: Model, key: str, payload: dict[str, Any]) -> None:
    enqueue(
        [email_to(user, kind, subject, f"{key}:{user.pk}", payload) for user in holders_of(Role.COORDINATOR)]
    )


def _agreement_ending(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    link = public_address("agreement", messages[0].subject_id)
    ends_on = date.fromisoformat(messages[0].payload["ends_on"])
    context = {**messages[0].payload, "ends_on": ends_on, "link": link, "centre": the_house().centre}
    return rendering.email(f"{TEMPLATES}/agreement_ending", context)


def _session_unconfirmed(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    link = public_address("consultation_session", messages[0].subject_id)
    context = {**messages[0].payload, "link": link, "centre": the_house().centre}
    return rendering.email(f"{TEMPLATES}/session_unconfirmed", _dated(context))


def _session_to_confirm(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    context = {**messages[0].payload, "centre": the_house().centre}
    return rendering.email(f"{TEMPLATES}/session_to_confirm", _dated(context))


def _dated(context: dict[str, Any]) -> dict[str, Any]:
    return context | {key: datetime.fromisoformat(context[key]) for key in ("start", "end") if key in context}


AGREEMENT_ENDING = register(
    Kind(name="agreement.ending", label=_("convention bientôt expirée"), render=_agreement_ending)
)
SESSION_TO_CONFIRM = register(
    Kind(name="session.to_confirm", label=_("séance à confirmer"), render=_session_to_confirm)
)
SESSION_UNCONFIRMED = register(
    Kind(name="session.unconfirmed", label=_("séance sans confirmation"), render=_session_unconfirmed)
)
