"""The centre has seen a paper: the account may act for this grown-up."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from patients import notifications
from patients.models import Proxy
from patients.models.proxy import ProxyState


class AlreadyDecided(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette demande a déjà reçu une réponse."))


def confirm_proxy(proxy: Proxy, *, actor: User, evidence: str) -> Proxy:
    """`evidence`: what was seen, in words. Confirming twice confirms once."""
    return decide(proxy, ProxyState.ACTIVE, actor=actor, evidence=evidence)


def decide(proxy: Proxy, state: ProxyState, *, actor: User, evidence: str = "", note: str = "") -> Proxy:
    with transaction.atomic():
        proxy = (
            Proxy.objects.select_for_update(of=("self",), no_key=True)
            .select_related("patient", "user")
            .get(pk=proxy.pk)
        )
        if proxy.state == state:
            return proxy
        if proxy.state != ProxyState.PENDING:
            raise AlreadyDecided
        proxy.state = state
        proxy.decided_at = clock.now()
        proxy.decided_by = actor
        proxy.evidence = evidence
        proxy.decision_note = note
        proxy.save(update_fields=["state", "decided_at", "decided_by", "evidence", "decision_note"])
        record(actor, f"proxy.{state}", proxy, patient_id=proxy.patient_id, reason=evidence or note)
        notifications.proxy_decided(proxy)
    return proxy
