"""Who reads and says what to whom. Asked again at every request: access that ended an hour ago is no access."""

from __future__ import annotations

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from accounts.access import DESK_ROLES, has_role
from accounts.models import Role, RoleAssignment, User
from coordination.models import Conversation, Following, Message, MessageVersion
from patients.access import patients_cared_for, patients_followed_by, readers_of
from patients.models import Patient

HOUSE_ROLES = frozenset({Role.PRACTITIONER, Role.INTERN, *DESK_ROLES})


def is_member(user: User) -> bool:
    """Of the house itself: partners from outside have no part in its own talk."""
    return has_role(user, *HOUSE_ROLES)


def conversations_for(user: User, *, listed: bool = False) -> QuerySet[Conversation]:
    """`listed`: for pages that gather many, and do not ask the door of each."""
    patients = patients_followed_by(user) if listed else patients_cared_for(user)
    about_patients = Q(patient__in=patients.values("pk"))
    return Conversation.objects.filter(
        about_patients | Q(patient=None) if is_member(user) else about_patients
    )


def get_conversation(user: User, pk: int) -> Conversation:
    found = conversations_for(user).select_related("patient").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def named_conversation(pk: int) -> Conversation:
    """Not yet allowed to anybody: the door of its patient's record is asked next."""
    found = Conversation.objects.select_related("patient").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_message(user: User, pk: int) -> Message:
    found = Message.objects.select_related("conversation__patient", "author").filter(
        pk=pk, conversation__in=conversations_for(user).values("pk")
    )
    message = found.first()
    if message is None:
        raise Http404
    return message


def members_for(patient: Patient | None) -> list[User]:
    """Who may take part, by name, in a fixed number of queries."""
    if patient is not None:
        return [one.user for one in readers_of(patient) if one.user is not None]
    hats = RoleAssignment.objects.in_force().filter(role__in=HOUSE_ROLES)
    found = User.objects.filter(pk__in=hats.values("user"), is_active=True)
    return list(found.order_by("last_name", "first_name", "pk"))


def _unread_by(user: User) -> QuerySet[Message]:
    """Of the conversation of an outer query: said by others since he has read."""
    read = Following.objects.filter(conversation=OuterRef("conversation"), user=user)
    return Message.objects.filter(
        conversation=OuterRef("pk"),
        withdrawn_at=None,
        pk__gt=Coalesce(Subquery(read.values("read_up_to")[:1]), 0),
    ).exclude(author=user)


def inbox_of(user: User) -> QuerySet[Conversation]:
    """His conversations, each with `unread`, `is_muted`, `excerpt` and who said it."""
    mine = Following.objects.filter(conversation=OuterRef("pk"), user=user)
    unread = _unread_by(user).order_by().values("conversation").annotate(number=Count("pk"))
    last = Message.objects.filter(conversation=OuterRef("pk"), withdrawn_at=None).order_by("-pk")
    words = MessageVersion.objects.filter(message__conversation=OuterRef("pk"), message__withdrawn_at=None)
    rows = conversations_for(user, listed=True).select_related("patient").filter(Exists(mine))
    return rows.annotate(
        unread=Coalesce(Subquery(unread.values("number")), 0),
        is_muted=Subquery(mine.values("is_muted")[:1]),
        excerpt=Subquery(words.filter(is_current=True).order_by("-message").values("body")[:1]),
        last_author=Subquery(last.values("author__first_name")[:1]),
        last_author_name=Subquery(last.values("author__last_name")[:1]),
    )


def unread_conversations(user: User) -> int:
    """For the menu: cheap where there is nothing, and never of what he may no longer read."""
    followed = Following.objects.filter(user=user, is_muted=False)
    newer = Message.objects.filter(
        conversation=OuterRef("conversation"), pk__gt=OuterRef("read_up_to"), withdrawn_at=None
    ).exclude(author=user)
    waiting = followed.filter(Exists(newer)).values("conversation")
    if not waiting.exists():
        return 0
    return conversations_for(user, listed=True).filter(pk__in=waiting).count()


def found_in(rows: QuerySet[Conversation], words: str) -> QuerySet[Conversation]:
    said = MessageVersion.objects.filter(
        message__conversation=OuterRef("pk"),
        message__withdrawn_at=None,
        is_current=True,
        body__icontains=words,
    )
    return rows.filter(Q(subject__icontains=words) | Exists(said))


def lines_of(conversation: Conversation) -> QuerySet[Message]:
    """Everything said, the oldest first, each with `body` as it stands and `is_mended`."""
    versions = MessageVersion.objects.filter(message=OuterRef("pk"))
    return (
        Message.objects.filter(conversation=conversation)
        .select_related("author", "reply_to__author")
        .annotate(
            body=Subquery(versions.filter(is_current=True).values("body")[:1]),
            is_mended=Exists(versions.filter(is_current=False)),
        )
        .order_by(F("pk").asc())
    )
