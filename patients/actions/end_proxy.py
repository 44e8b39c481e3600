"""An account no longer acts for somebody: by its own will, or because a child comes of age."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from core import clock
from core.audit.record import record
from patients.models import Proxy
from patients.models.proxy import ProxyState, Relation


def end_proxy(proxy: Proxy, *, actor: User | None) -> Proxy:
    """From today on. The person's record and appointments stay. Ending twice ends once."""
    with transaction.atomic():
        proxy = Proxy.objects.select_for_update(of=("self",), no_key=True).get(pk=proxy.pk)
        if proxy.state not in (ProxyState.PENDING, ProxyState.ACTIVE):
            return proxy
        today = clock.today()
        proxy.state = ProxyState.ENDED
        proxy.until = min(proxy.until, today) if proxy.until else today
        proxy.save(update_fields=["state", "until"])
        record(actor, "proxy.ended", proxy, patient_id=proxy.patient_id, relation=proxy.relation)
    return proxy


def end_at_majority() -> int:
    """Children who came of age: what `in_force` already leaves out is also written down. How many."""
    of_age = Proxy.objects.filter(state=ProxyState.ACTIVE, until__lte=clock.today()).exclude(
        relation=Relation.SELF
    )
    ended = [end_proxy(proxy, actor=None) for proxy in of_age]
    return len(ended)
