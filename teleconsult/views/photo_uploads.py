"""A photograph on its way: announced, sent piece by piece, asked how far it has come. The page's script speaks here."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from core.refusal import Refusal
from core.web.ratelimit import limit
from teleconsult import photo_access
from teleconsult.actions import send_photo
from teleconsult.forms.photos import BeginForm
from teleconsult.models import PhotoUpload
from teleconsult.models.photo_upload import CHUNK


def _refused(refusal: Refusal, status: int = 422) -> JsonResponse:
    return JsonResponse({"sentence": str(refusal.sentence)}, status=status)


def _state(upload: PhotoUpload) -> dict[str, object]:
    address = reverse("photo_upload", args=[upload.key])
    return {"address": address, "offset": upload.received, "size": upload.size, "chunk": CHUNK}


@limit("upload")
@require_POST
def begin_photo_upload(request: SignedInRequest, pk: int) -> HttpResponse:
    patient, _reader = photo_access.reopen_photos(request.user, pk)
    form = BeginForm(request.POST)
    if not form.is_valid():
        return _refused(send_photo.TooMuch())
    try:
        upload = send_photo.begin_upload(request.user, patient, **form.cleaned_data)
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse(_state(upload), status=201)


@limit("photo_piece")
@require_http_methods(["GET", "HEAD", "POST"])
def photo_upload(request: SignedInRequest, key: UUID) -> HttpResponse:
    """GET: how far it has come. POST: the next bytes, from `Upload-Offset` on."""
    upload = _mine(request, key)
    if request.method != "POST":
        return JsonResponse(_state(upload))
    try:
        upload = send_photo.continue_upload(key, _piece(request), offset=_offset(request), by=request.user)
    except send_photo.WrongOffset as refusal:
        return JsonResponse({"sentence": str(refusal.sentence), "offset": refusal.offset}, status=409)
    except send_photo.Gone as refusal:
        return _refused(refusal, 404)
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse(_state(upload))


@require_POST
def cancel_photo_upload(request: SignedInRequest, key: UUID) -> HttpResponse:
    _mine(request, key)
    try:
        send_photo.drop_upload(key, by=request.user)
    except send_photo.Gone as refusal:
        return _refused(refusal, 404)
    return HttpResponse(status=204)


def _mine(request: SignedInRequest, key: UUID) -> PhotoUpload:
    """The person's own, while he still cares for the patient."""
    upload = PhotoUpload.objects.under_way().filter(key=key, user=request.user).first()
    if upload is None:
        raise Http404
    photo_access.reopen_photos(request.user, upload.patient_id)
    return upload


def _piece(request: SignedInRequest) -> bytes:
    """What is too much is not even read."""
    length = request.headers.get("Content-Length") or "0"
    return request.body if length.isdecimal() and int(length) <= CHUNK else b""


def _offset(request: SignedInRequest) -> int:
    said = request.headers.get("Upload-Offset", "")
    return int(said) if said.isdecimal() and len(said) < 10 else -1
