"""Papers and values that a person brings for one indicator of a year."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from core.refusal import Refusal
from core.uploads.serve import attachment
from core.web.ratelimit import limit
from partnerships import evidence_access as access
from partnerships.actions.prove_evidence import add_proof, declare, remove_proof
from partnerships.forms.evidence import DeclarationForm, ProofForm
from partnerships.views.evidence import indicator_page, wanted_proofs


@limit("upload")
@require_POST
def add_evidence_proof(request: SignedInRequest, year: int, code: str) -> HttpResponse:
    said = access.get_year_to_prove(request.user, year)
    wanted = wanted_proofs(said.centre, year, code)
    form = ProofForm(request.POST, request.FILES, wanted=wanted)
    if form.is_valid():
        data = form.cleaned_data
        try:
            add_proof(
                said, code, data["file"][0], wanted=data["wanted"], title=data["title"], actor=request.user
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal.sentence))
        else:
            messages.success(request, _("La pièce est reçue. Elle est contrôlée avant de pouvoir être lue."))
            return redirect("evidence_indicator", year, code)
    return indicator_page(request, year, code, proof_form=form)


@require_POST
def declare_evidence(request: SignedInRequest, year: int, code: str) -> HttpResponse:
    said = access.get_year_to_prove(request.user, year)
    form = DeclarationForm(request.POST)
    if not form.is_valid():
        return indicator_page(request, year, code, declaration_form=form)
    try:
        declare(said, code, **form.cleaned_data, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("La valeur est enregistrée."))
    return redirect("evidence_indicator", year, code)


@require_safe
def evidence_proof(request: SignedInRequest, pk: int) -> HttpResponse:
    proof = access.get_proof(request.user, pk)
    return attachment(proof.upload, proof.title)


@require_POST
def remove_evidence_proof(request: SignedInRequest, pk: int) -> HttpResponse:
    proof = access.get_proof(request.user, pk)
    year, code = proof.year.year, proof.code
    try:
        remove_proof(proof, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("La pièce est retirée."))
    return redirect("evidence_indicator", year, code)
