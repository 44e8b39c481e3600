"""One address, one code: the same form signs in and signs up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import RequestLoginCodeForm
from allauth.core import context, ratelimit


class CodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Asks nobody whether the address is known (accounts/sign_in.py)."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if not ratelimit.consume(context.request, action="request_login_code", key=email):
            raise get_adapter().validation_error("too_many_login_attempts")
        return email

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        return data
