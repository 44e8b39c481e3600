"""Before every page: the end of a session, the way to sign in, the second factor of those who work here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from accounts import sessions
from accounts.models import User

type GetResponse = Callable[[HttpRequest], HttpResponse]

# What somebody without his second factor may still do: enrol, confirm his address, leave.
OWN_ACCOUNT = ("account_", "mfa_", "usersessions_", "health_")
OWN_ACCOUNT_NAMES = frozenset({"set_language", "unsubscribe"})


def return_path(request: HttpRequest) -> str:
    """The page to come back to: not the fragment or the POST that was asked for, but the page it was asked from."""
    try:
        return _asked_from(request) or "/"
    except ValueError:  # what no browser writes there cannot be read as an address
        return "/"


def _asked_from(request: HttpRequest) -> str | None:
    current: str | None
    if getattr(request, "htmx", False):
        current = request.htmx.current_url_abs_path  # type: ignore[attr-defined]
    elif request.method in {"GET", "HEAD"}:
        current = request.get_full_path()
    else:
        came_from = urlsplit(request.headers.get("Referer", ""))
        same = came_from.netloc == request.get_host()
        current = came_from._replace(scheme="", netloc="", fragment="").geturl() if same else None
    return current


def send_to(request: HttpRequest, url: str) -> HttpResponseBase:
    """A whole page even where only a fragment was asked for."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


class SessionLimitsMiddleware:
    """Ends what has been idle or open too long. Public pages go on without the account."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User) and user.is_authenticated:
            if sessions.is_over(request.session, user):
                logout(request)
                messages.warning(
                    request,
                    _(
                        "Votre session a été fermée par sécurité. Connectez-vous pour reprendre où vous en étiez."
                    ),
                )
            elif sessions.UNATTENDED not in request.headers:
                sessions.touch(request.session)
        return self.get_response(request)


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Every page asks for a signed-in visitor unless it says otherwise; afterwards he is back on his page."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> Any:
        query = urlencode({"next": return_path(request)})
        return send_to(request, f"{resolve_url(self.get_login_url(view_func))}?{query}")


class _DoorMiddleware:
    """Passes every request on; who comes in is decided in `process_view`, where the view is known."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class SecondFactorMiddleware(_DoorMiddleware):
    """Nobody sees other people's data with one factor. Off in the demonstration only."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        user = request.user
        if settings.DEMO or not isinstance(user, User) or not user.works_here:
            return None
        name = (request.resolver_match.view_name if request.resolver_match else "") or ""
        if name.startswith(OWN_ACCOUNT) or name in OWN_ACCOUNT_NAMES:
            return None
        if not sessions.owes_second_factor(user, request.session):
            return None
        messages.warning(
            request,
            _(
                "Votre rôle donne accès aux données d’autres personnes : ajoutez une seconde vérification"
                " pour continuer."
            ),
        )
        return send_to(request, reverse("mfa_index"))


class HealthDataMiddleware(_DoorMiddleware):
    """A patient reads about somebody's health with two proofs of who he is; with the code alone he books.

    Who has a password is asked for it; who has nothing else yet chooses a password or a passkey, once.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        user = request.user
        if not getattr(view_func, "reads_health", False) or not isinstance(user, User):
            return None
        if not sessions.is_light(request, user):
            return None
        query = urlencode({"next": return_path(request)})
        return send_to(request, f"{reverse('account_health')}?{query}")
