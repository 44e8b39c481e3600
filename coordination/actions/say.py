"""Saying something to those who care for the same person. Nobody is told who may not read it that very moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from coordination.actions.add_task import add_task
from coordination.conversation_access import conversations_for, members_for
from coordination.mentions import NotAMember, called_in
from coordination.models import Conversation, Following, Mention, Message, MessageVersion
from coordination.waiting import forget_waiting
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from patients.models import Patient

LONGEST_TITLE = 200


class NotReadable(Refusal):
    """The record was closed to him while he wrote."""


@dataclass(frozen=True)
class ToDo:
    """« À traiter par X pour le … »."""

    owner: User
    due_on: date
    title: str = ""


@dataclass(frozen=True)
class Words:
    body: str
    mentioned: Collection[User] = ()
    reply_to: Message | None = None
    link: tuple[str, int] | None = None
    to_do: ToDo | None = None


@transaction.atomic
def open_conversation(patient: Patient | None, subject: str, words: Words, *, actor: User) -> Message:
    """Told to whom it names; where it names nobody, to the whole team."""
    conversation = Conversation.objects.create(patient=patient, subject=subject, created_by=actor)
    record(actor, "conversation.opened", conversation, patient_id=conversation.patient_id)
    message, members = _say(conversation, words, actor)
    if not message.mentions.exists() and words.to_do is None:
        follow(conversation, [one for one in members if one.pk != actor.pk])
    return message


@transaction.atomic
def say(conversation: Conversation, words: Words, *, actor: User) -> Message:
    return _say(conversation, words, actor)[0]


def _say(conversation: Conversation, words: Words, actor: User) -> tuple[Message, list[User]]:
    # Under its lock keys are given in the order of saying: what one has read up to is all that was said before.
    conversation = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    members = members_for(conversation.patient)
    called = _called(words, members)
    if actor.pk not in {one.pk for one in members} and not _reads_by_glass(conversation, actor):
        raise NotReadable(_("Ce dossier ne vous est plus ouvert : rien n’a été envoyé."))
    message = Message.objects.create(
        conversation=conversation,
        author=actor,
        reply_to=words.reply_to,
        link_kind=words.link[0] if words.link else "",
        link_id=words.link[1] if words.link else None,
    )
    MessageVersion.objects.create(message=message, body=words.body)
    Mention.objects.bulk_create([Mention(message=message, user=one) for one in called if one.pk != actor.pk])
    follow(conversation, [*called, *([words.to_do.owner] if words.to_do else [])])
    _read(conversation, actor, message.pk)
    Conversation.objects.filter(pk=conversation.pk).update(last_at=message.sent_at)
    touch(conversation)
    record(actor, "message.sent", message, patient_id=conversation.patient_id, conversation=conversation.pk)
    if words.to_do is not None:
        _to_do(message, words.body, words.to_do, members, actor)
    return message, members


def _called(words: Words, members: list[User]) -> list[User]:
    by_key = {one.pk: one for one in members}
    for one in words.mentioned:
        if one.pk not in by_key:
            raise NotAMember(one)
    keys = {one.pk for one in words.mentioned} | called_in(words.body, members)
    return [one for pk, one in by_key.items() if pk in keys]


def _reads_by_glass(conversation: Conversation, actor: User) -> bool:
    """Who broke the glass reads and answers for his hour, and is mentioned by nobody."""
    return conversations_for(actor).filter(pk=conversation.pk).exists()


def _to_do(message: Message, body: str, asked: ToDo, members: list[User], actor: User) -> None:
    if asked.owner.pk not in {one.pk for one in members}:
        raise NotAMember(asked.owner)
    title = asked.title or " ".join(body.split())
    patient = message.conversation.patient
    add_task(
        actor,
        title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…",
        owner=asked.owner,
        due_on=asked.due_on,
        patient=patient,
        source=message,
        is_clinical=patient is not None,
    )


def follow(conversation: Conversation, people: Collection[User]) -> None:
    """They are in it from now on, with all of it still to be read."""
    Following.objects.bulk_create(
        [Following(conversation=conversation, user=one) for one in sorted(people, key=lambda one: one.pk)],
        ignore_conflicts=True,
    )


def touch(conversation: Conversation) -> None:
    """Screens that show it ask anew; what its people have waiting is counted anew."""
    Conversation.objects.filter(pk=conversation.pk).update(revision=F("revision") + 1, changed_at=clock.now())
    people = list(Following.objects.filter(conversation=conversation).values_list("user", flat=True))
    transaction.on_commit(lambda: forget_waiting(*people))


def _read(conversation: Conversation, user: User, up_to: int) -> bool:
    """Whether that was news."""
    row, _is_new = Following.objects.get_or_create(conversation=conversation, user=user)
    return bool(
        Following.objects.filter(pk=row.pk, read_up_to__lt=up_to).update(
            read_up_to=up_to, read_at=clock.now()
        )
    )


@transaction.atomic
def mark_read(conversation: Conversation, user: User, up_to: int) -> None:
    """What he has on his screen, and no more than was said. A stranger's look follows nothing."""
    last = conversation.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = Following.objects.filter(conversation=conversation, user=user, read_up_to__lt=min(up_to, last))
    if rows.update(read_up_to=min(up_to, last), read_at=clock.now()):
        touch(conversation)


@transaction.atomic
def set_following(conversation: Conversation, user: User, *, is_muted: bool) -> None:
    """Followed from here on, or in silence. What was said before is taken as read by who joins of himself."""
    last = conversation.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
    row, is_new = Following.objects.get_or_create(
        conversation=conversation, user=user, defaults={"is_muted": is_muted, "read_up_to": last}
    )
    if not is_new and row.is_muted != is_muted:
        row.is_muted = is_muted
        row.save(update_fields=["is_muted"])
    transaction.on_commit(lambda: forget_waiting(user.pk))
