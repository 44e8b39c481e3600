"""What a partner is told of sessions that do not take place: which days, which hours. Neither patients nor reasons."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.outbox import rendering
from core.outbox.enqueue import about, enqueue
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, register
from core.outbox.rendering import Rendered
from partnerships.models import ConsultationSession
from practitioners.house import the_house

TEMPLATE = "partnerships/messages/sessions_called_off"
CALLED_OFF = "session.called_off"


def sessions_called_off(sessions: Sequence[ConsultationSession], *, actor: User | None) -> None:
    """One message with all dates: to the contacts who answer for sessions, and to who was to hold them."""
    first = min(sessions, key=lambda one: (one.start_at, one.pk))
    contacts = first.programme.partner.contacts.exclude(email="").order_by("pk")
    told = list(contacts.filter(confirms_sessions=True) or contacts)
    people: dict[str, tuple[User | None, str]] = {one.email: (None, "fr") for one in told}
    for one in sessions:
        user = one.practitioner.user
        if user is not None and user.is_active and user.email and user != actor:
            people[user.email] = (user, user.language)
    dates = [
        {
            "start": one.start_at.isoformat(),
            "end": one.end_at.isoformat(),
            "who": one.practitioner.display_name,
        }
        for one in sorted(sessions, key=lambda one: (one.start_at, one.pk))
    ]
    enqueue(
        [
            OutboxMessage(
                dedupe_key=f"{CALLED_OFF}:{first.pk}:{email}",
                kind=CALLED_OFF,
                channel=Channel.EMAIL,
                recipient=user,
                address=email,
                language=language,
                payload={"sessions": dates},
                **about(first),
            )
            for email, (user, language) in people.items()
        ]
    )


def _render(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    sessions = [
        {**one, "start": datetime.fromisoformat(one["start"]), "end": datetime.fromisoformat(one["end"])}
        for one in messages[0].payload["sessions"]
    ]
    context = {"sessions": sessions, "centre": the_house().centre}
    return rendering.email(TEMPLATE, context)


register(Kind(name=CALLED_OFF, label=_("séances annulées, pour le partenaire"), render=_render))
