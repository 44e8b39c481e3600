"""How one is told by e-mail of what waits, and the way out at the bottom of each message."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from coordination.actions.set_digest import resume_digest, set_digest
from coordination.actions.set_digest import stop_digest as stop
from coordination.forms.digest import DigestForm
from coordination.models import DigestSetting
from coordination.task_access import works_here


@require_http_methods(["GET", "HEAD", "POST"])
def digest_settings(request: SignedInRequest) -> HttpResponse:
    if not works_here(request.user):
        raise Http404
    setting = DigestSetting.objects.filter(user=request.user).first() or DigestSetting(user=request.user)
    form = DigestForm(request.POST or None, setting=setting)
    if request.method == "POST" and form.is_valid():
        set_digest(request.user, form.cleaned_data["hour"], form.paces())
        messages.success(request, _("Vos choix sont enregistrés."))
        return redirect("digest_settings")
    context = {"form": form, "setting": setting}
    return render(request, "coordination/digest_settings.html", context, status=422 if form.errors else 200)


@csrf_exempt  # a mail programme posts here without having seen the page (RFC 8058); the key is the proof
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_digest(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    setting = get_object_or_404(DigestSetting, stop_key=key)
    if request.method == "POST":
        if request.POST.get("resume"):
            resume_digest(setting)
        else:
            stop(setting)
        if request.POST.get("List-Unsubscribe") != "One-Click":
            return redirect("stop_digest", key=key)
        setting.refresh_from_db()
    return render(request, "coordination/stop_digest.html", {"stopped": setting.stopped_at is not None})
