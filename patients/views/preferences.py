"""How the account wants to be told; where its security is looked after; who opened its records."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import proofs
from accounts.access import SignedInRequest
from patients import access
from patients.actions.set_notices import set_notices
from patients.forms.notices import NoticeForm

LINES_PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
def my_notices(request: SignedInRequest) -> HttpResponse:
    user = request.user
    posted = request.POST if request.method == "POST" else None
    form = NoticeForm(
        posted,
        instance=access.notices_of(user),
        initial={"language": user.language},
        has_phone=access.has_phone(user),
    )
    if posted is not None and form.is_valid():
        set_notices(user, form.cleaned_data)
        with translation.override(user.language):
            messages.success(request, _("Vos préférences sont enregistrées."))
        return redirect("my_notices")
    context = {"form": form}
    return render(request, "patients/space/notices.html", context, status=200 if posted is None else 422)


@require_safe
def my_security(request: SignedInRequest) -> HttpResponse:
    return render(request, "patients/space/security.html", {"waits": proofs.asks_two()})


@require_safe
def record_openings(request: SignedInRequest) -> HttpResponse:
    """« Qui a ouvert mon dossier »: every reading by the house, of oneself and of one's relatives."""
    people = {patient.pk: patient for patient in access.patients_of(request.user)}
    page = Paginator(access.openings_of(people), LINES_PER_PAGE).get_page(request.GET.get("page"))
    lines = [(line, people[line.patient_id or 0]) for line in page]
    return render(request, "patients/space/openings.html", {"page": page, "lines": lines, "people": people})
