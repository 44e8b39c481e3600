"""The pictures themselves, and where their check stands. None without asking the record's door first."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import SignedInRequest
from core.refusal import Refusal
from core.uploads import serve, storage
from teleconsult import photo_access
from teleconsult.actions import take_photo
from teleconsult.actions.look_at_photos import note_looking

SIZES = {"vignette": storage.THUMB, "ecran": storage.page(1), "entiere": storage.CLEAN}


@require_safe
def clinical_photo_picture(request: SignedInRequest, key: UUID, size: str) -> HttpResponse:
    """Small for a list, for the screen, or whole to look closely."""
    photo = photo_access.look_at_photo(request.user, key)
    if photo.is_withdrawn or size not in SIZES:
        raise Http404
    answer = serve.picture(photo.upload, SIZES[size])
    if size != "vignette":
        note_looking(photo.sitting, actor=request.user)
    return answer


@require_safe
def clinical_photo_state(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Asked again each second while the file is being checked."""
    photo = photo_access.look_at_photo(request.user, key)
    return render(request, "teleconsult/photo_tile.html", {"photo": photo})


@require_POST
def drop_clinical_photo(request: SignedInRequest, key: UUID) -> HttpResponse:
    """A file that was no photograph is thrown away by who sent it."""
    photo = photo_access.look_at_photo(request.user, key)
    try:
        take_photo.drop_refused(photo, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("clinical_photos", photo.patient_id)
