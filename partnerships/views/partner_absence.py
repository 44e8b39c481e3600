"""A partner does not come for a while: which sessions fall away, then one plan for everybody expected in them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from partnerships import access
from partnerships.actions.change_session import cancel_sessions
from partnerships.forms.session_cascade import PartnerAbsenceForm
from partnerships.models import ConsultationSession
from partnerships.session_fill import fills


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_partner_sessions(request: SignedInRequest, pk: int) -> HttpResponse:
    """First what would fall away, with how many are expected; cancelled by the second press."""
    partner = access.get_partner_to_manage(request.user, pk)
    form = PartnerAbsenceForm(request.POST or None, partner=partner)
    found: list[ConsultationSession] = []
    if request.method == "POST" and form.is_valid():
        found = list(form.sessions())
        if not found:
            form.add_error("last_day", _("Aucune séance ne tombe entre ces deux jours."))
        elif request.POST.get("step") == "cancel":
            return _cancel(request, form, found)
    context = {
        "form": form,
        "partner": partner,
        "fills": fills(found),
        "title": _("Le partenaire ne vient pas"),
    }
    return render(request, "partnerships/partner_absence.html", context, status=422 if form.errors else 200)


def _cancel(
    request: SignedInRequest, form: PartnerAbsenceForm, found: list[ConsultationSession]
) -> HttpResponse:
    closed, cascade = cancel_sessions(
        found, form.cleaned_data["reason"], by=str(request.user), actor=request.user
    )
    words = ngettext("%d séance est annulée.", "%d séances sont annulées.", len(closed))
    messages.success(request, words % len(closed))
    if cascade is None:
        return redirect("partner", form.partner.pk)
    return redirect("session_cascade", closed[0].pk)
