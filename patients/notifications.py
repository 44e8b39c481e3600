"""The messages of this room: the answer about a relative, the end of an erasure. Nothing medical, no other name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.outbox import rendering
from core.outbox.enqueue import about, enqueue
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, register
from core.outbox.rendering import Rendered
from patients.models import ErasureRequest, Proxy
from practitioners.models import Centre

TEMPLATES = "patients/messages"


def proxy_decided(proxy: Proxy) -> None:
    """Confirmed or refused: the account that asked is told, once."""
    _tell(proxy.user, PROXY_DECIDED.name, proxy, f"{proxy.pk}:{proxy.state}", state=proxy.state)


def erased(user: User, request: ErasureRequest) -> None:
    """Before the address itself is forgotten."""
    _tell(user, ERASED.name, request, str(request.pk))


def _tell(user: User, kind: str, subject: Proxy | ErasureRequest, key: str, **payload: Any) -> None:
    message = OutboxMessage(
        dedupe_key=f"{kind}:{key}",
        kind=kind,
        channel=Channel.EMAIL,
        recipient=user,
        address=user.email,
        language=user.language,
        payload=payload,
        **about(subject),
    )
    enqueue([message])


def _render(template: str, messages: Sequence[OutboxMessage]) -> Rendered:
    link = f"{settings.PUBLIC_URL}{reverse('my_relatives')}"
    context = {**messages[0].payload, "link": link, "centre": Centre.objects.order_by("pk").first()}
    return rendering.email(f"{TEMPLATES}/{template}", context)


def _proxy_decided(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    return _render("proxy_decided", messages)


def _erased(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    return _render("erased", messages)


PROXY_DECIDED = register(
    Kind(name="proxy.decided", label=_("réponse au sujet d’un proche"), render=_proxy_decided)
)
ERASED = register(Kind(name="account.erased", label=_("effacement terminé"), render=_erased))
