"""What the house asks of allauth: where sign-in leads, which redirects are safe, whose address is it."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import Login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from accounts import devices
from accounts.models import Role, User

# The first that exists: those who work here begin with their day, patients with their space.
FIRST_PAGES_AT_WORK = ("my_day", "schedule", "home")
FIRST_PAGES = ("my_space", "home")
# Who comes from a partner, and works here as nothing else.
FIRST_PAGES_OF_PARTNERS = ("my_consultation_sessions", *FIRST_PAGES_AT_WORK)


def first_page(user: User) -> str:
    for name in _pages(user):
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return "/"


def _pages(user: User) -> tuple[str, ...]:
    if not user.works_here:
        return FIRST_PAGES
    return FIRST_PAGES_OF_PARTNERS if user.roles == {Role.PARTNER} else FIRST_PAGES_AT_WORK


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("L’adresse ou le mot de passe ne convient pas."),
        "too_many_login_attempts": _(
            "Trop d’essais en peu de temps. Attendez quelques minutes avant de recommencer."
        ),
        "rate_limited": _("Trop d’essais en peu de temps. Attendez quelques minutes avant de recommencer."),
        "incorrect_code": _("Ce code ne convient pas. Vérifiez les six chiffres."),
        "incorrect_password": _("Ce mot de passe ne convient pas."),
    }

    def is_safe_url(self, url: str | None) -> bool:
        """This very origin only: neither another allowed host nor plain http from https."""
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return first_page(request.user) if isinstance(request.user, User) else "/"

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def get_login_stages(self) -> list[str]:
        """Ours in the place of allauth's: it counts the codes that a password sends."""
        stages: list[str] = super().get_login_stages()
        ours = {"allauth.account.stages.LoginByCodeStage": "accounts.sign_in.CodeStage"}
        return [ours.get(stage, stage) for stage in stages]

    def is_login_by_code_required(self, login: Login) -> bool:
        """A patient's password alone opens nothing on a device that nobody knows: a code to his address goes with it.

        Whoever works here, or has chosen an application or a passkey, has his own second factor.
        """
        user = login.user
        if (
            settings.DEMO
            or not settings.CODE_ON_UNKNOWN_DEVICE
            or not isinstance(user, User)
            or user.works_here
        ):
            return False
        if is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]):
            return False
        records = get_authentication_records(self.request, user)
        by_password = bool(records) and records[-1]["method"] == "password"
        return by_password and not devices.is_known(self.request, user)

    def format_email_subject(self, subject: str) -> str:
        return subject


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Ce code ne convient pas. Vérifiez les six chiffres."),
        "unverified_email": _("Confirmez d’abord votre adresse e-mail."),
    }
