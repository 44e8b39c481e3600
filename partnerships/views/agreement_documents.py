"""The signed paper of a contract: put aside, checked, fetched. The coordinator's business, as the contract itself."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from core.refusal import Refusal
from core.uploads.serve import attachment
from partnerships import access
from partnerships.actions.keep_signed_document import keep_signed_document
from partnerships.forms.agreement_document import SignedDocumentForm
from partnerships.views.edit import edit_page


@require_http_methods(["GET", "HEAD", "POST"])
def add_signed_document(request: SignedInRequest, pk: int) -> HttpResponse:
    agreement = access.get_agreement(request.user, pk)
    sent = request.method == "POST"
    form = SignedDocumentForm(request.POST, request.FILES) if sent else SignedDocumentForm()
    if sent and form.is_valid():
        try:
            keep_signed_document(agreement, form.cleaned_data["documents"], actor=request.user)
        except Refusal as refusal:
            form.add_error("documents", str(refusal.sentence))
        else:
            messages.success(request, _("Le document est reçu. Il s’ouvre dès qu’il est vérifié."))
            return redirect("agreement", pk)
    return edit_page(request, form, _("Document signé"), agreement.partner)


@require_safe
def signed_document(request: SignedInRequest, pk: int) -> HttpResponse:
    document = access.get_signed_document(request.user, pk)
    return attachment(document.upload, str(document.agreement))
