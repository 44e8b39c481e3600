"""Those who are cared for under a pseudonym: made, found by the exact alias, and lifted at their own request."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, gives_care, is_desk
from core.refusal import Refusal
from patients import access
from patients.actions import pseudonymise
from patients.forms.pseudonym import AliasForm, LiftForm, PseudonymForm
from patients.pseudonyms import found_by_alias, known_to, programme_professionals

PER_PAGE = 50


def _only_staff(request: SignedInRequest) -> None:
    if not (is_desk(request.user) or gives_care(request.user)):
        raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def pseudonyms(request: SignedInRequest) -> HttpResponse:
    """A professional sees those whom he knows; the desk finds one by his exact alias, and lists nobody."""
    _only_staff(request)
    form = AliasForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        found = found_by_alias(request.user, form.cleaned_data["alias"])
        if found is not None:
            return redirect("patient_record", found.pk)
        form.add_error("alias", _("Aucune personne connue de vous sous ce pseudonyme exact."))
    page = Paginator(known_to(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "at_desk": is_desk(request.user)}
    status = 422 if form.is_bound else 200
    return render(request, "patients/desk/pseudonyms.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def create_pseudonym(request: SignedInRequest) -> HttpResponse:
    _only_staff(request)
    form = PseudonymForm(
        request.POST if request.method == "POST" else None,
        practitioners=programme_professionals(request.user),
    )
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            patient = pseudonymise.create_under_pseudonym(
                said["alias"],
                said["birth_year"],
                practitioner=said["practitioner"],
                channel=said["channel"],
                contact=said["contact"],
                actor=request.user,
            )
        except Refusal as refusal:
            form.add_error("alias", str(refusal.sentence))
        else:
            messages.success(request, _("La fiche sous pseudonyme est créée."))
            return redirect("patient_record", patient.pk)
    context = {"form": form}
    status = 422 if form.is_bound else 200
    return render(request, "patients/desk/create_pseudonym.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def lift_pseudonym(request: SignedInRequest, pk: int) -> HttpResponse:
    """One way: said before, written down, never undone."""
    patient = access.get_patient_for_staff(request.user, pk)
    if not patient.is_under_pseudonym:
        raise Http404
    form = LiftForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            pseudonymise.lift_pseudonym(
                patient, form.cleaned_data, why=form.cleaned_data["why"], actor=request.user
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(
                request, _("Le pseudonyme est levé. Vérifiez maintenant l’identité sur une pièce.")
            )
            return redirect("patient_record", pk)
    context = {"patient": patient, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "patients/desk/lift_pseudonym.html", context, status=status)
