"""What of this room the team's e-mail may count: how many and where, never whom or what for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.access import gives_care, holders_of, is_partner
from accounts.models import Role
from coordination.digest import ItemKind, add_item_kind
from core import clock
from partnerships.access import may_manage
from partnerships.models import ConsultationSession, RequestEvent, RequestState, SessionMinutes

# What its requester wants to know; what he did himself is no news.
TOLD_STATES = (
    RequestState.ASKED,
    RequestState.ACCEPTED,
    RequestState.BOOKED,
    RequestState.SEEN,
    RequestState.CLOSED,
    RequestState.REFUSED,
    RequestState.REDIRECTED,
)
NEWS = timedelta(days=14)
NEXT_SESSIONS = timedelta(days=7)
# Minutes are to be written on the day; after so long the coordinator is told.
MINUTES_OWED = timedelta(days=2)
MINUTES_SINCE = timedelta(days=90)


def _requests(people: Collection[int]) -> Iterator[tuple[int, int]]:
    """The step by which a request came to where it stands today; one that went on since is told by its last step."""
    steps = RequestEvent.objects.filter(
        request__requester__user__in=people,
        to_state__in=TOLD_STATES,
        to_state=F("request__state"),
        at__gt=clock.now() - NEWS,
    )
    later = RequestEvent.objects.filter(request=OuterRef("request"), pk__gt=OuterRef("pk"))
    news = steps.exclude(by=F("request__requester__user")).filter(~Exists(later))
    yield from news.order_by("pk").values_list("request__requester__user", "pk")


def _sessions(people: Collection[int]) -> Iterator[tuple[int, int]]:
    """The sessions of who comes from a partner, once each, in the week before."""
    now = clock.now()
    coming = ConsultationSession.objects.standing().filter(
        practitioner__user__in=people, start_at__gt=now, start_at__lte=now + NEXT_SESSIONS
    )
    yield from coming.order_by("start_at", "pk").values_list("practitioner__user", "pk")


def _minutes(people: Collection[int]) -> Iterator[tuple[int, int]]:
    """Sessions of which nothing is written: to who manages the partners, once for each session."""
    managing = holders_of(Role.COORDINATOR) | holders_of(Role.ADMINISTRATOR)
    managers = managing.filter(pk__in=people).order_by("pk").values_list("pk", flat=True)
    if not managers:
        return
    now = clock.now()
    closed = SessionMinutes.objects.closed().filter(session=OuterRef("pk"))
    held = ConsultationSession.objects.standing().filter(
        ~Exists(closed), end_at__lte=now - MINUTES_OWED, end_at__gt=now - MINUTES_SINCE
    )
    for pk in held.order_by("start_at", "pk").values_list("pk", flat=True):
        for user in managers:
            yield user, pk


def _request_words(number: int) -> str:
    words = ngettext(
        "%d de vos demandes à un partenaire a avancé", "%d de vos demandes à un partenaire ont avancé", number
    )
    return words % number


def _session_words(number: int) -> str:
    words = ngettext(
        "%d séance dans les 7 jours qui viennent", "%d séances dans les 7 jours qui viennent", number
    )
    return words % number


def _minutes_words(number: int) -> str:
    return (
        ngettext("%d compte rendu de séance à écrire", "%d comptes rendus de séance à écrire", number)
        % number
    )


add_item_kind(
    ItemKind(
        "consultation_requests",
        _("Mes demandes à un partenaire"),
        _requests,
        _request_words,
        "consultation_requests",
        gives_care,
    )
)
add_item_kind(
    ItemKind(
        "consultation_sessions",
        _("Mes prochaines séances"),
        _sessions,
        _session_words,
        "my_consultation_sessions",
        is_partner,
    )
)
add_item_kind(
    ItemKind(
        "session_minutes",
        _("Comptes rendus de séance qui manquent"),
        _minutes,
        _minutes_words,
        "partners_desk",
        may_manage,
    )
)
