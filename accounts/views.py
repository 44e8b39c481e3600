"""Sign-in and sign-up: allauth's views, with one form for both and a way back that is never lost."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.stagekit import clear_login
from allauth.account.mixins import NextRedirectMixin
from allauth.account.stages import LoginByCodeStage, LoginStage
from allauth.account.views import (
    ConfirmLoginCodeView,
    LoginView,
    PasswordResetFromKeyDoneView,
    RequestLoginCodeView,
)
from allauth.decorators import rate_limit
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import FormView, TemplateView

from accounts import devices, proofs, sessions
from accounts.forms import CodeForm, ConfirmCodeForm
from accounts.models import User
from accounts.sign_in import CodeProcess


class WayBackMixin:
    """Somebody who comes back in the middle of a code goes on with it, and ends where he now wants to go."""

    def _redirect_to_pending_stage(
        self, request: HttpRequest, stage: LoginStage
    ) -> HttpResponseRedirect | None:
        if not stage.urlname:
            clear_login(request)
            return None
        return HttpResponseRedirect(self.passthrough_next_url(reverse(stage.urlname)))  # type: ignore[attr-defined]


class SignInView(WayBackMixin, LoginView):  # type: ignore[misc]
    pass


class RequestCodeView(WayBackMixin, RequestLoginCodeView):  # type: ignore[misc]
    """The address that was typed a moment ago may be changed: asking again forgets the pending code."""

    def _redirect_to_pending_stage(
        self, request: HttpRequest, stage: LoginStage
    ) -> HttpResponseRedirect | None:
        if stage.key == LoginByCodeStage.key:
            clear_login(request)
            return None
        return super()._redirect_to_pending_stage(request, stage)

    def form_valid(self, form: CodeForm) -> HttpResponseBase:
        CodeProcess.begin(self.request, form.cleaned_data["email"])
        return HttpResponseRedirect(str(self.get_success_url()))


@method_decorator(rate_limit(action="signup"), name="dispatch")
class SignUpView(RequestCodeView):
    template_name = "account/signup.html"


@method_decorator(
    login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="account_request_login_code"),
    name="dispatch",
)
class ConfirmCodeView(ConfirmLoginCodeView):  # type: ignore[misc]
    _process: CodeProcess

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.stage = request._login_stage  # type: ignore[attr-defined]
        process = CodeProcess.resume(self.stage)
        if process is None:
            return HttpResponseRedirect(reverse("account_request_login_code"))
        self._process = process
        # Past the parent's own dispatch, which would resume allauth's process instead of ours.
        return FormView.dispatch(self, request, *args, **kwargs)

    @property
    def by_password(self) -> bool:
        return not self._process.state["initiated_by_user"]

    def get_form_kwargs(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_kwargs()
        return options | {"by_password": self.by_password} if "code" in options else options

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"by_password": self.by_password}

    def _verify_form_valid(self, form: ConfirmCodeForm) -> HttpResponseBase:
        response: HttpResponseBase = super()._verify_form_valid(form)
        if form.cleaned_data.get("remember"):
            devices.remember(self.request, response, self._process.user)
        return response


class HealthView(NextRedirectMixin, TemplateView):  # type: ignore[misc]
    """Who has a mailbox and nothing else chooses what opens his health data from now on, or reads when they open."""

    template_name = "account/health.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User) or not sessions.is_light(request, user):
            return HttpResponseRedirect(str(self.get_next_url() or reverse("home")))
        if user.reset_waits_until is not None:
            self.template_name = "account/health_waits.html"
        elif user.has_usable_password():
            return HttpResponseRedirect(str(self.passthrough_next_url(reverse("account_reauthenticate"))))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"way_on": self.passthrough_next_url("")}


class ResetDoneView(PasswordResetFromKeyDoneView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"waits": proofs.asks_two()}


class AddKeyView(NextRedirectMixin, AddWebAuthnView):  # type: ignore[misc]
    """The first key comes with codes of rescue to be kept; from there the way goes on to where one wanted to go."""

    def get_success_url(self) -> str:
        after = AddWebAuthnView.get_success_url(self)
        if self.did_generate_recovery_codes:
            return str(self.passthrough_next_url(after))
        return str(self.get_next_url() or after)


class RecoveryCodesView(NextRedirectMixin, ViewRecoveryCodesView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"way_back": self.get_next_url()}


@never_cache
@login_not_required
@require_safe
def session_state(request: HttpRequest) -> HttpResponse:
    """Who is signed in, asked by a page before it lets go of a long text, and the token of a new sign-in."""
    return JsonResponse({"who": str(request.user.pk or ""), "token": get_token(request)})
