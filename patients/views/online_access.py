"""Somebody who reads a mailbox chose how one enters: the desk says whether it was its owner."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import proofs
from accounts.access import SignedInRequest, desk_required
from accounts.actions.answer_reset import block_account, confirm_reset
from core.refusal import Refusal
from patients import access
from patients.forms.desk import BlockForm, ConfirmResetForm


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def waiting_reset(request: SignedInRequest, pk: int) -> HttpResponse:
    proxy = access.get_waiting_reset(request.user, pk)
    answer = request.POST.get("answer") if request.method == "POST" else None
    confirm = ConfirmResetForm(request.POST if answer == "confirm" else None)
    blocking = BlockForm(request.POST if answer == "block" else None)
    patient_id = proxy.patient_id
    try:
        if answer == "confirm" and confirm.is_valid():
            evidence = confirm.cleaned_data["evidence"]
            confirm_reset(proxy.user, patient_id=patient_id, actor=request.user, evidence=evidence)
            messages.success(request, _("C’est noté : c’est bien la personne qui l’a choisi."))
            return redirect("patient_record", patient_id)
        if answer == "block" and blocking.is_valid():
            reason = blocking.cleaned_data["reason"]
            block_account(proxy.user, patient_id=patient_id, actor=request.user, reason=reason)
            messages.success(request, _("L’accès est bloqué, et toutes ses sessions sont fermées."))
            return redirect("edit_contact", patient_id)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("patient_record", patient_id)
    context = {
        "proxy": proxy,
        "confirm": confirm,
        "blocking": blocking,
        "waits": proofs.asks_two() and proxy.user.reset_waits_until is not None,
        "number_changed": access.number_changed_online(proxy),
    }
    return render(request, "patients/desk/waiting_reset.html", context, status=422 if answer else 200)
