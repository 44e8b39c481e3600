"""What waits for somebody and was not yet on his screen, kind by kind: for the digest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.access import gives_care
from accounts.models import User
from coordination.conversation_access import conversations_for
from coordination.digest import ItemKind, add_item_kind
from coordination.document_access import waiting_for as documents_of
from coordination.home_meetings import unanswered_by
from coordination.models import Following, Mention, NoteVersion, TaskNotice
from coordination.models.digest import Pace
from coordination.note_inbox import notes_to_read
from coordination.referral_waiting import waiting_on

# These have messages of their own, which always leave.
TOLD_ALREADY = _("Vous recevez déjà un e-mail pour chacun.")


def _readable(rows: Collection[tuple[int, int, int]]) -> Iterator[tuple[int, int]]:
    """(person, item, conversation) → those whose conversation the person may read today."""
    asked: dict[int, set[int]] = defaultdict(set)
    for user, _item, conversation in rows:
        asked[user].add(conversation)
    users = User.objects.in_bulk(list(asked))
    open_to = {
        pk: set(conversations_for(users[pk]).filter(pk__in=keys).values_list("pk", flat=True))
        for pk, keys in asked.items()
    }
    return ((user, item) for user, item, conversation in rows if conversation in open_to[user])


def _mentions(people: Collection[int]) -> Iterator[tuple[int, int]]:
    read = Following.objects.filter(conversation=OuterRef("message__conversation"), user=OuterRef("user"))
    rows = Mention.objects.filter(user__in=people, message__withdrawn_at=None).annotate(
        read_up_to=Coalesce(Subquery(read.values("read_up_to")[:1]), 0)
    )
    keys = rows.values_list("user", "pk", "message__conversation", "message", "read_up_to")
    return _readable(
        [(user, pk, talk) for user, pk, talk, message, read_up_to in keys if message > read_up_to]
    )


def _messages(people: Collection[int]) -> Iterator[tuple[int, int]]:
    """Of the conversations that one follows; what names him is told as a mention."""
    said = Following.objects.filter(
        user__in=people,
        is_muted=False,
        conversation__messages__pk__gt=F("read_up_to"),
        conversation__messages__withdrawn_at=None,
    ).values_list("user", "conversation__messages", "conversation", "conversation__messages__author")
    rows = [(user, pk, talk) for user, pk, talk, author in said if author != user]
    named = Mention.objects.filter(user__in=people, message__in=[pk for _user, pk, _talk in rows])
    told = set(named.values_list("user", "message"))
    return _readable([row for row in rows if row[:2] not in told])


def _tasks(people: Collection[int]) -> Iterator[tuple[int, int]]:
    yield from TaskNotice.objects.filter(user__in=people, seen_at=None).values_list("user", "pk")


def _notes(people: Collection[int]) -> Iterator[tuple[int, int]]:
    """A version each: a corrected note is to be read again."""
    for user in _carers(people):
        current = NoteVersion.objects.current().filter(note__in=notes_to_read(user).order_by().values("pk"))
        for pk in current.values_list("pk", flat=True):
            yield user.pk, pk


def _referrals(people: Collection[int]) -> Iterator[tuple[int, int]]:
    """The step by which it became his turn: an answer that comes back is news again."""
    for user in User.objects.filter(pk__in=people):
        for pk in waiting_on(user).values_list(Max("events"), flat=True):
            if pk is not None:
                yield user.pk, pk


def _meetings(people: Collection[int]) -> Iterator[tuple[int, int]]:
    for row in unanswered_by(people).select_related("practitioner"):
        if row.practitioner.user_id is not None:
            yield row.practitioner.user_id, row.pk


def _documents(people: Collection[int]) -> Iterator[tuple[int, int]]:
    for user in _carers(people):
        for pk in documents_of(user).values_list("pk", flat=True):
            yield user.pk, pk


def _carers(people: Collection[int]) -> list[User]:
    return [user for user in User.objects.filter(pk__in=people) if gives_care(user)]


def _mention_words(number: int) -> str:
    return ngettext("%d message où l’on vous nomme", "%d messages où l’on vous nomme", number) % number


def _message_words(number: int) -> str:
    return ngettext("%d message non lu", "%d messages non lus", number) % number


def _task_words(number: int) -> str:
    return ngettext("%d nouvelle de vos tâches", "%d nouvelles de vos tâches", number) % number


def _note_words(number: int) -> str:
    return ngettext("%d note à lire", "%d notes à lire", number) % number


def _referral_words(number: int) -> str:
    words = ngettext(
        "%d adressage attend que vous agissiez", "%d adressages attendent que vous agissiez", number
    )
    return words % number


def _meeting_words(number: int) -> str:
    words = ngettext(
        "%d invitation à une réunion sans réponse", "%d invitations à une réunion sans réponse", number
    )
    return words % number


def _document_words(number: int) -> str:
    return ngettext("%d document à classer", "%d documents à classer", number) % number


KINDS = (
    ItemKind(
        "mentions",
        _("Messages où l’on me nomme"),
        _mentions,
        _mention_words,
        "conversation_list",
        usual=Pace.IMMEDIATE,
    ),
    ItemKind("messages", _("Échanges que je suis"), _messages, _message_words, "conversation_list"),
    ItemKind("tasks", _("Nouvelles de mes tâches"), _tasks, _task_words, "task_list"),
    ItemKind("notes", _("Notes à lire"), _notes, _note_words, "note_inbox", gives_care),
    ItemKind(
        "referrals",
        _("Adressages qui m’attendent"),
        _referrals,
        _referral_words,
        "referrals",
        usual=Pace.NEVER,
        help=TOLD_ALREADY,
    ),
    ItemKind(
        "meetings",
        _("Invitations à une réunion"),
        _meetings,
        _meeting_words,
        "meetings",
        gives_care,
        Pace.NEVER,
        TOLD_ALREADY,
    ),
    ItemKind(
        "documents",
        _("Documents à classer"),
        _documents,
        _document_words,
        "documents_to_file",
        gives_care,
        Pace.NEVER,
        TOLD_ALREADY,
    ),
)
for _kind in KINDS:
    add_item_kind(_kind)
