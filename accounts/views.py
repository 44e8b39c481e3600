"""Sign-in and sign-up: allauth's views, with one form for both and a way back that is never lost."""

from __future__ import annotations

from allauth.account.internal.stagekit import clear_login
from allauth.account.stages import LoginStage
from allauth.account.views import LoginView, RequestLoginCodeView
from allauth.decorators import rate_limit
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator


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
        if stage.key == "login_by_code":
            clear_login(request)
            return None
        return super()._redirect_to_pending_stage(request, stage)


@method_decorator(rate_limit(action="signup"), name="dispatch")
class SignUpView(RequestCodeView):
    template_name = "account/signup.html"
