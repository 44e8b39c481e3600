"""A code to an address, whoever it belongs to: nothing is looked up until the code comes back.

So known and unknown addresses get the same message, after the same work, and nothing is stored about an address that
nobody has confirmed.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core import ratelimit
from allauth.core.exceptions import RateLimited
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from accounts.actions.open_account import open_account
from accounts.models import User

# Named in ACCOUNT_RATE_LIMITS.
BY_PASSWORD = "code_by_password"  # noqa: S105 – no secret


class CodeProcess(LoginCodeVerificationProcess):  # type: ignore[misc]
    """allauth's, without its two kinds of message and with the account found, or made, at the end."""

    _user: User | None

    def send_by_email(self, email: str, skip_enumeration_mails: bool = False) -> None:
        code = self.generate_code()
        get_adapter().send_mail("account/email/login_code", email, {"request": self.request, "code": code})

    def finish(self, redirect_url: str | None) -> HttpResponseBase:
        if self.state["initiated_by_user"]:
            self._user = open_account(self.state["email"])
        response: HttpResponseBase = super().finish(redirect_url)
        return response

    def resend(self) -> None:
        """Counted like the first."""
        action = "request_login_code" if self.state["initiated_by_user"] else BY_PASSWORD
        if not ratelimit.consume(self.request, action=action, key=self.state["email"]):
            raise RateLimited
        super().resend()

    @classmethod
    def begin(cls, request: HttpRequest, email: str) -> None:
        login = Login(user=None, email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=None, email=email), initiated_by_user=True)
        process = cls(stage=stage)
        process.send()
        process.persist()

    @classmethod
    def resume(cls, stage: Any) -> CodeProcess | None:
        process: CodeProcess | None = cls(stage=stage).abort_if_invalid()
        return process


class CodeStage(LoginByCodeStage):  # type: ignore[misc]
    """A password on an unknown device sends a code as well. Counted apart from those that are asked for without one:
    a stranger who asks for many does not lock out who knows the password."""

    def handle(self) -> tuple[HttpResponseBase | None, bool]:
        login = self.login
        is_new = not self.state and get_adapter().is_login_by_code_required(login)
        if is_new and not ratelimit.consume(
            self.request, action=BY_PASSWORD, key=login.email or login.user.email
        ):
            messages.error(self.request, get_adapter().error_messages["rate_limited"])
            return HttpResponseRedirect(reverse("account_login")), False
        answer: tuple[HttpResponseBase | None, bool] = super().handle()
        return answer
