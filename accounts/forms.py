"""One address, one code: the same form signs in and signs up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import RequestLoginCodeForm
from allauth.core import context, ratelimit

from accounts.actions.open_account import open_account
from accounts.models import User


class CodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Whether the address is known changes neither the answer nor the message: there is always an account for it."""

    _user: User

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if not ratelimit.consume(context.request, action="request_login_code", key=email):
            raise get_adapter().validation_error("too_many_login_attempts")
        return email

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            self._user = open_account(data["email"])
        return data
