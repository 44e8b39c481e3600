"""The messages about return letters: that one is awaited, since when, where to put it. Never of whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from accounts.access import holders_of
from accounts.models import Role, User
from accounts.notifications import email_to
from core.outbox import rendering
from core.outbox.enqueue import about, enqueue
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from partnerships.models import ConsultationRequest, RequestState, RequestTimer, ReturnLetter
from patients.models import Proxy
from practitioners.house import the_house

TEMPLATES = "partnerships/messages"
AWAITED = "return_letter.awaited"
OVERDUE = "return_letter.overdue"
REFUSED = "return_letter.refused"
SHARED = "return_letter.shared"


def letter_awaited(request: ConsultationRequest, key: str, *, again: bool) -> None:
    """To who saw the patient, in his own account; else to those at the partner's whom the house writes to."""
    visit = request.appointment
    if visit is None:
        return
    user = visit.practitioner.user
    people: list[tuple[User | None, str, str]]
    if user is not None and user.is_active and user.email:
        people = [(user, user.email, user.language)]
    else:
        contacts = request.programme.partner.contacts.exclude(email="").order_by("pk")
        chosen = contacts.filter(receives_digest=True) or contacts
        people = [(None, one.email, "fr") for one in chosen]
    enqueue(
        [
            OutboxMessage(
                dedupe_key=f"{AWAITED}:{request.pk}:{key}:{email}",
                kind=AWAITED,
                channel=Channel.EMAIL,
                recipient=account,
                address=email,
                language=language,
                payload={
                    "start": visit.start_at.isoformat(),
                    "again": again,
                    "has_account": account is not None,
                },
                **about(request),
            )
            for account, email, language in people
        ]
    )


def letter_overdue(request: ConsultationRequest, timer: RequestTimer) -> None:
    """Asked for twice, and nothing has come: somebody of the house telephones."""
    visit = request.appointment
    enqueue(
        [
            email_to(
                user,
                OVERDUE,
                request,
                f"{request.pk}:t{timer.pk}:{user.pk}",
                {"start": (visit.start_at if visit else request.state_since).isoformat()},
            )
            for user in holders_of(Role.COORDINATOR).order_by("pk")
            if user.email
        ]
    )


def letter_refused(letter: ReturnLetter) -> None:
    """The file could not be taken: who sent it sends it anew."""
    _to_users([letter.written_by], REFUSED, letter)


def letter_shared(letter: ReturnLetter) -> None:
    """Everybody who acts for the patient reads it in his own space."""
    acting = Proxy.objects.in_force().filter(patient=letter.request.patient_id).values("user")
    _to_users(list(User.objects.filter(pk__in=acting, is_active=True).order_by("pk")), SHARED, letter)


def _to_users(users: Sequence[User], kind: str, letter: ReturnLetter) -> None:
    enqueue([email_to(user, kind, letter, f"{letter.pk}:{user.pk}") for user in users if user.email])


def _still_awaited(messages: Sequence[OutboxMessage]) -> dict[int, str]:
    keys = {message.subject_id for message in messages if message.subject_id}
    rows = ConsultationRequest.objects.filter(pk__in=keys, state=RequestState.SEEN)
    waiting = set(rows.values_list("pk", flat=True))
    return {message.pk: message.address for message in messages if message.subject_id in waiting}


def _render_awaited(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    payload = messages[0].payload
    context = {
        "start": datetime.fromisoformat(payload["start"]),
        "again": payload["again"],
        "link": public_address("return_letters") if payload["has_account"] else "",
        "centre": the_house().centre,
    }
    return rendering.email(f"{TEMPLATES}/letter_awaited", context)


def _render_overdue(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    context = {
        "start": datetime.fromisoformat(messages[0].payload["start"]),
        "link": public_address("return_letters"),
        "centre": the_house().centre,
    }
    return rendering.email(f"{TEMPLATES}/letter_overdue", context)


def _render(messages: Sequence[OutboxMessage], loaded: Loaded, *, template: str, page: str) -> Rendered:
    context = {"link": public_address(page), "centre": the_house().centre}
    return rendering.email(f"{TEMPLATES}/{template}", context)


register(
    Kind(name=AWAITED, label=_("compte rendu attendu"), render=_render_awaited, addresses=_still_awaited)
)
register(
    Kind(
        name=OVERDUE,
        label=_("compte rendu toujours attendu"),
        render=_render_overdue,
        addresses=_still_awaited,
    )
)
register(
    Kind(
        name=REFUSED,
        label=_("compte rendu à renvoyer"),
        render=partial(_render, template="letter_refused", page="return_letters"),
    )
)
register(
    Kind(
        name=SHARED,
        label=_("compte rendu à lire"),
        render=partial(_render, template="letter_shared", page="my_return_letters"),
    )
)
