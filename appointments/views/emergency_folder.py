"""How old the paper of the coming days is, and the same paper to take along now."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, desk_required
from appointments import emergency_folder as rules
from core import clock


@desk_required
@require_safe
def emergency_folder(request: SignedInRequest) -> HttpResponse:
    now, folder = clock.now(), rules.standing()
    sheets = [(day, f"{reverse('day_sheet_pdf')}?jour={day.isoformat()}") for day in rules.days_of(now)]
    context = {
        "folder": folder,
        "is_too_old": rules.is_too_old(folder, now),
        "where": settings.EMERGENCY_DIR,
        "sheets": sheets,
    }
    return render(request, "appointments/schedule/emergency_folder.html", context)
