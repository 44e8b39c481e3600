"""What is known of oneself and of one's relatives: identity and contact, each saved on its own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from patients import access
from patients.actions.create_self import create_self
from patients.actions.update_identity import update_identity
from patients.forms.identity import ContactForm, IdentityForm, NamesForm


@require_http_methods(["GET", "HEAD", "POST"])
def my_identity(request: SignedInRequest) -> HttpResponse:
    """The own record, or the form that makes it."""
    mine = access.self_of(request.user)
    if mine is not None:
        return redirect("identity", mine.pk)
    posted = request.POST if request.method == "POST" else None
    form = IdentityForm(posted, initial={"phone": request.user.phone})
    if posted is not None and form.is_valid():
        patient = create_self(request.user, form.cleaned_data)
        messages.success(request, _("Votre identité est enregistrée."))
        return redirect("identity", patient.pk)
    context = {"form": form}
    return render(request, "patients/space/create_self.html", context, status=200 if posted is None else 422)


@require_http_methods(["GET", "HEAD", "POST"])
def identity(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody for whom the account may act."""
    patient = access.get_patient_for(request.user, pk)
    part = request.POST.get("part") if request.method == "POST" else None
    names = NamesForm(
        request.POST if part == "identity" else None,
        initial=NamesForm.initial_of(patient),
        prefix="identity",
    )
    contact = ContactForm(request.POST if part == "contact" else None, instance=patient, prefix="contact")
    sent = {"identity": names, "contact": contact}.get(part or "")
    if sent is not None and sent.is_valid():
        update_identity(patient, sent.cleaned_data, actor=request.user)
        messages.success(request, _("C’est enregistré."))
        return redirect("identity", pk)
    context = {"patient": patient, "names": names, "contact": contact}
    return render(request, "patients/space/identity.html", context, status=422 if sent else 200)
