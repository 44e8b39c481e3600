"""An administrator gives failed messages another chance, once the cause is gone."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core import clock
from core.audit.record import record
from core.outbox import registry, wake
from core.outbox.models import OutboxMessage, OutboxQuerySet, State
from core.refusal import Refusal


class NothingToResend(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Rien à renvoyer : ces messages sont déjà partis, ou leur contenu secret a été effacé.")
        )


def resendable() -> OutboxQuerySet:
    """Failed ones whose content can be written anew."""
    secret = [kind.name for kind in registry.all_kinds() if kind.secret]
    return OutboxMessage.objects.filter(state=State.FAILED).exclude(kind__in=secret)


def resend(messages: OutboxQuerySet, *, actor: AbstractBaseUser) -> int:
    """Put them back in the queue under their old keys, so that a carrier which has one already does not send it twice.

    A message that has become pointless meanwhile is looked at again before it leaves, and never sent.
    """
    now = clock.now()
    with transaction.atomic():
        rows = list(
            resendable().filter(pk__in=messages.values("pk")).select_for_update(no_key=True).order_by("pk")
        )
        if not rows:
            raise NothingToResend
        OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=State.DUE, attempts=0, next_attempt_at=now, last_error=""
        )
        for row in rows:
            record(actor, "message.resent", row, kind=row.kind, channel=row.channel)
        wake.on_commit()
    return len(rows)


def sentence(number: int) -> str:
    return ngettext("Un message repart.", "%(number)s messages repartent.", number) % {"number": number}
