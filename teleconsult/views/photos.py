"""The photographs of one patient, for those who care for him: looked at, taken, compared, withdrawn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from core.refusal import Refusal
from core.web.ratelimit import limit
from patients.models import Patient
from teleconsult import photo_access, photo_gallery
from teleconsult.actions import take_photo
from teleconsult.actions.look_at_photos import note_looking
from teleconsult.actions.save_photos import save_photos
from teleconsult.actions.send_photo import uploads_under_way
from teleconsult.forms.photos import PhotosForm, WithdrawPhotoForm
from teleconsult.models import ClinicalPhoto, ExpertiseRequest, Lesion, PhotoPurpose
from teleconsult.photo_checklist import ADVICE

PER_PAGE = 60


@require_safe
def clinical_photos(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, reader = photo_access.open_photos(request.user, pk)
    photos = photo_access.photos_for_care(patient, reader)
    lesion = _lesion(patient, request.GET.get("lesion", ""))
    # What is still checked or was refused is its sender's business.
    rows = (photos.shown() | photos.kept().filter(taken_by=request.user)).in_order()
    page = Paginator(rows.filter(lesion=lesion) if lesion else rows, PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "patient": patient,
        "page": page,
        "days": photo_gallery.by_day(page.object_list),
        "lesion": lesion,
        "add_url": reverse("add_clinical_photos", args=[pk]) + (f"?lesion={lesion.pk}" if lesion else ""),
        "followed": [] if lesion else photo_gallery.followed(photos),
    }
    return render(request, "teleconsult/clinical_photos.html", context)


def _lesion(patient: Patient, asked: str) -> Lesion | None:
    if not asked.isdecimal() or len(asked) > 9:
        return None
    return Lesion.objects.filter(patient=patient, pk=int(asked)).first()


@limit("upload")
@require_http_methods(["GET", "HEAD", "POST"])
def add_clinical_photos(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, _reader = photo_access.open_photos(request.user, pk)
    posted = request.method == "POST"
    form = PhotosForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        patient=patient,
        arrived=uploads_under_way(request.user, patient, keys=request.POST.getlist("sent")),
        initial={"lesion": _lesion(patient, request.GET.get("lesion", ""))},
    )
    saved = save_form(request, patient, form) if posted and form.is_valid() else []
    if saved:
        words = ngettext("%(n)s photo enregistrée.", "%(n)s photos enregistrées.", len(saved))
        messages.success(request, words % {"n": len(saved)})
        return onward(request, reverse("clinical_photos", args=[pk]))
    context = {"patient": patient, "form": form, "advice": ADVICE, "purpose": PhotoPurpose.RECORD}
    return render(request, "teleconsult/add_clinical_photos.html", context, status=422 if posted else 200)


def save_form(
    request: SignedInRequest, patient: Patient, form: PhotosForm, expertise: ExpertiseRequest | None = None
) -> list[ClinicalPhoto]:
    """All photographs of a valid form, or none and the sentence on the form."""
    said = form.cleaned_data
    try:
        return save_photos(
            request.user,
            patient,
            form.chosen,
            form.whole,
            place=form.place,
            lesion=said["lesion"],
            new_lesion=said["new_lesion"],
            taken_at=form.taken_at,
            expertise=expertise,
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal.sentence))
    return []


def onward(request: SignedInRequest, address: str) -> HttpResponse:
    """The page's script, which keeps what was typed through a lost connection, goes there by itself."""
    if request.headers.get("X-Requested-With") == "upload":
        return JsonResponse({"next": address})
    return redirect(address)


@require_safe
def clinical_photo(request: SignedInRequest, pk: int, key: UUID) -> HttpResponse:
    photo, reader = photo_access.open_photo(request.user, pk, key)
    if photo.is_shown:
        note_looking(photo.sitting, actor=request.user)
    # Who was asked about this one only is shown no other.
    shown = ClinicalPhoto.objects.none()
    rows = photo_access.photos_for_care(photo.patient, reader).shown() if reader else shown
    others = list(rows.filter(sitting=photo.sitting_id).in_order())
    compare = reverse("compare_clinical_photos", args=[pk])
    context: dict[str, Any] = {
        "patient": photo.patient,
        "photo": photo,
        "reader": reader,
        "others": others,
        "compare_address": f"{compare}?b={key}" + (f"&lesion={photo.lesion_id}" if photo.lesion_id else ""),
        "may_compare": rows.exclude(pk=photo.pk).exists(),
        "may_change": photo_access.may_change(photo, reader),
        "withdrawing": WithdrawPhotoForm(),
    }
    return render(request, "teleconsult/clinical_photo.html", context)


@require_safe
def compare_clinical_photos(request: SignedInRequest, pk: int) -> HttpResponse:
    """Two dates side by side; without a choice the first and the latest of the lesion."""
    patient, reader = photo_access.open_photos(request.user, pk)
    lesion = _lesion(patient, request.GET.get("lesion", ""))
    photos = photo_access.photos_for_care(patient, reader)
    photos = photos.filter(lesion=lesion) if lesion else photos
    pair = photo_gallery.pair(photos, _key(request, "a"), _key(request, "b"))
    for photo in (pair.left, pair.right) if pair else ():
        note_looking(photo.sitting, actor=request.user)
    context = {"patient": patient, "pair": pair, "lesion": lesion}
    return render(request, "teleconsult/compare_clinical_photos.html", context)


def _key(request: SignedInRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


@require_POST
def withdraw_clinical_photo(request: SignedInRequest, pk: int, key: UUID) -> HttpResponse:
    photo, reader = photo_access.open_photo(request.user, pk, key)
    if not photo_access.may_change(photo, reader):
        raise Http404
    form = WithdrawPhotoForm(request.POST)
    if not form.is_valid():
        context = {"patient": photo.patient, "photo": photo, "form": form}
        return render(request, "teleconsult/withdraw_clinical_photo.html", context, status=422)
    take_photo.withdraw_photo(photo, form.cleaned_data["reason"], actor=request.user)
    messages.success(request, _("La photo est retirée. La raison reste dans le dossier."))
    return redirect("clinical_photo", pk, key)
