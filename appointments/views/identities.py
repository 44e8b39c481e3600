"""The desk's worklist of identities: what to compare, what has been seen, by whom and when."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, desk_required
from appointments.identities import to_qualify
from core import clock
from patients.ins import doubts
from patients.models.patient import IdentityStatus

PER_PAGE = 25


@desk_required
@require_safe
def identities(request: SignedInRequest) -> HttpResponse:
    status = request.GET.get("statut", "")
    everybody = request.GET.get("quand") == "tous"
    rows = to_qualify(clock.now(), status=status, soon=not everybody)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [
            (patient, doubts(patient), next(iter(patient.corrections.all()), None)) for patient in page
        ],
        "statuses": [one for one in IdentityStatus.choices if one[0] != IdentityStatus.QUALIFIED],
        "status": status,
        "everybody": everybody,
        "today": clock.today(),
    }
    return render(request, "patients/desk/identities.html", context)
