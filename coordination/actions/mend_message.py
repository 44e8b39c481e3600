"""One's own message: mended within five minutes, as a new version; withdrawn at any time."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from coordination.actions.say import touch
from coordination.conversation_access import members_for
from coordination.mentions import called_in
from coordination.models import Message, MessageVersion
from core import clock
from core.audit.record import record
from core.refusal import Refusal

MENDED_WITHIN = timedelta(minutes=5)


class TooLate(Refusal):
    pass


def may_mend(message: Message, user: User) -> bool:
    return (
        message.author_id == user.pk
        and message.withdrawn_at is None
        and clock.now() < message.sent_at + MENDED_WITHIN
    )


@transaction.atomic
def mend_message(message: Message, body: str, *, actor: User) -> None:
    """Whom it calls does not change; a name that may not be called is refused here too."""
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if not may_mend(message, actor):
        raise TooLate(
            _("Un message se corrige dans les cinq minutes. Écrivez-en un autre, ou retirez celui-ci.")
        )
    called_in(body, members_for(message.conversation.patient))
    current = message.versions.get(is_current=True)
    if current.body == body:
        return
    current.is_current = False
    current.save(update_fields=["is_current"])
    MessageVersion.objects.create(message=message, body=body)
    touch(message.conversation)
    record(actor, "message.mended", message, patient_id=message.conversation.patient_id)


@transaction.atomic
def withdraw_message(message: Message, *, actor: User) -> None:
    """No longer shown to anybody; that it was there, and its words, stay in the record."""
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if message.author_id != actor.pk:
        raise TooLate(_("On ne retire que ses propres messages."))
    if message.withdrawn_at is not None:
        return
    message.withdrawn_at = clock.now()
    message.save(update_fields=["withdrawn_at"])
    touch(message.conversation)
    record(actor, "message.withdrawn", message, patient_id=message.conversation.patient_id)
