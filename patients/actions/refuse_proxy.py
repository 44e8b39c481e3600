"""The centre does not confirm: the asker is told why."""

from __future__ import annotations

from accounts.models import User
from patients.actions.confirm_proxy import decide
from patients.models import Proxy
from patients.models.proxy import ProxyState


def refuse_proxy(proxy: Proxy, *, actor: User, reason: str) -> Proxy:
    """`reason`: a sentence that the asker reads. Refusing twice refuses once."""
    return decide(proxy, ProxyState.REFUSED, actor=actor, note=reason)
