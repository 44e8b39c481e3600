"""The desk joins a request to a record: those that look alike first, then a new one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from core.refusal import Refusal
from partnerships.actions.join_request import join_to_new_patient, join_to_patient, typed_identity
from partnerships.models import RequestIdentity
from partnerships.request_access import get_request_to_join
from patients.access import get_patient_for_desk
from patients.models import Patient
from patients.pseudonyms import found_by_alias
from patients.search import lookalikes

MOST = 10


@require_http_methods(["GET", "HEAD", "POST"])
def join_request(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_request_to_join(request.user, pk)
    identity: RequestIdentity = found.identity
    people = _alike(request, identity)
    if request.method == "POST":
        try:
            key = request.POST.get("patient", "")
            if key.isdigit():
                join_to_patient(found, get_patient_for_desk(request.user, int(key)), actor=request.user)
            else:
                join_to_new_patient(found, actor=request.user, despite=[one.pk for one in people])
        except Refusal as refusal:
            messages.error(request, str(refusal.sentence))
        else:
            messages.success(request, _("La demande est rattachée."))
            return redirect("consultation_request", pk)
    context = {"demand": found, "identity": identity, "people": people}
    return render(request, "partnerships/join_request.html", context)


def _alike(request: SignedInRequest, identity: RequestIdentity) -> list[Patient]:
    """Who may be the same person, as the desk sees when it enters somebody."""
    if identity.is_pseudonym:
        known = found_by_alias(request.user, identity.alias)
        return [known] if known is not None else []
    return list(lookalikes(typed_identity(identity))[:MOST])
