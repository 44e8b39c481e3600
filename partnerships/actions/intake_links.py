"""A link for one correspondent: made, sent to him, taken back; what was sent by it stays."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from core import clock
from core.audit.record import record
from partnerships import notifications_request as notifications
from partnerships.models import IntakeLink


@transaction.atomic
def make_intake_link(link: IntakeLink, *, actor: User) -> IntakeLink:
    """Sent by e-mail where there is an address; else the coordinator copies it."""
    link.created_by = actor
    link.save(force_insert=True)
    record(actor, "intake_link.made", link, programme=link.programme_id)
    if link.email:
        notifications.send_link(link)
    return link


@transaction.atomic
def revoke_intake_link(link: IntakeLink, *, actor: User) -> IntakeLink:
    """From now on it opens nothing. Twice is once."""
    link = IntakeLink.objects.select_for_update(of=("self",), no_key=True).get(pk=link.pk)
    if link.revoked_at is None:
        link.revoked_at, link.revoked_by = clock.now(), actor
        link.save(update_fields=["revoked_at", "revoked_by"])
        record(actor, "intake_link.revoked", link, programme=link.programme_id)
    return link
