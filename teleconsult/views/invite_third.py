"""Somebody more: an interpreter, a relative. From the call, or before it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from core.refusal import Refusal
from teleconsult.actions import invite_third as inviting
from teleconsult.forms.video import ThirdForm
from teleconsult.models import ParticipantRole, ThirdInvitation, ThirdKind
from teleconsult.video_links import link_of
from teleconsult.views.teleconsult import get_guest, get_hosted


@require_http_methods(["GET", "HEAD", "POST"])
def invite_third(request: SignedInRequest, key: uuid.UUID) -> HttpResponse:
    """The page stands by itself: the call goes on in its own window."""
    host = get_hosted(request, key)
    form = ThirdForm(
        request.POST if request.method == "POST" else None, initial={"kind": ThirdKind.INTERPRETER}
    )
    context = {"visit": host.visit, "appointment": host.visit.appointment, "form": form}
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            third = inviting.invite_third(
                host.visit, form.guest(), agreed=form.cleaned_data["agreed"], by=request.user
            )
        except Refusal as refusal:
            context["sentence"] = str(refusal.sentence)
        else:
            status = 200
            context |= {
                "third": third,
                "link": link_of(third),
                "form": ThirdForm(initial={"kind": ThirdKind.INTERPRETER}),
            }
    context["thirds"] = (
        ThirdInvitation.objects.filter(participant__visit=host.visit, revoked_at=None)
        .select_related("participant")
        .order_by("pk")
    )
    return render(request, "teleconsult/invite_third.html", context, status=status)


@require_POST
def revoke_third(request: SignedInRequest, key: uuid.UUID, participant: uuid.UUID) -> HttpResponse:
    host = get_hosted(request, key)
    guest = get_guest(host.visit_id, participant)
    if guest.role == ParticipantRole.THIRD:
        inviting.revoke_third(guest, by=request.user)
        messages.success(request, _("Le lien de %(name)s n’ouvre plus rien.") % {"name": guest.name})
    return redirect("invite_third", key)
