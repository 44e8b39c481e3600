"""The way out at the bottom of every reminder: the key in the address is enough, nobody has to sign in."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from patients.actions.stop_reminders import resume_reminders, stop_reminders
from patients.models import NoticePreference


@csrf_exempt  # a mail programme posts here without having seen the page (RFC 8058); the key is the proof
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    preference = get_object_or_404(NoticePreference, unsubscribe_key=key)
    if request.method == "POST":
        if request.POST.get("resume"):
            resume_reminders(preference)
        else:
            stop_reminders(preference)
        if request.POST.get("List-Unsubscribe") != "One-Click":
            return redirect("unsubscribe", key=key)
        preference.refresh_from_db()
    gets_reminders = preference.week_before or preference.days_before or preference.hours_before
    return render(request, "patients/unsubscribe.html", {"gets_reminders": gets_reminders})
