"""The photographs of a request for an opinion: taken now after its checklist, or joined from the record."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from core.web.ratelimit import limit
from teleconsult import expertise_access, photo_access
from teleconsult.actions.send_photo import uploads_under_way
from teleconsult.actions.take_photo import join_photos
from teleconsult.forms.photos import PhotosForm
from teleconsult.models import ENDED, ClinicalPhoto, ExpertiseRequest, PhotoPurpose
from teleconsult.photo_checklist import ADVICE
from teleconsult.request_photos import photo_context, still_wanted
from teleconsult.views.photos import onward, save_form

# Of the record, the latest: what is older is joined from its own page.
OFFERED = 40


@limit("upload")
@require_http_methods(["GET", "HEAD", "POST"])
def expertise_photos(request: SignedInRequest, pk: int) -> HttpResponse:
    asked, offered = _open(request, pk)
    posted = request.method == "POST"
    keys = request.POST.getlist("sent")
    form = PhotosForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        patient=asked.patient,
        shots=still_wanted(asked),
        arrived=uploads_under_way(request.user, asked.patient, PhotoPurpose.EXPERTISE, str(pk), keys),
    )
    saved = save_form(request, asked.patient, form, expertise=asked) if posted and form.is_valid() else []
    if saved:
        words = ngettext("%(n)s photo jointe.", "%(n)s photos jointes.", len(saved))
        messages.success(request, words % {"n": len(saved)})
        return onward(request, _back(asked))
    context = {
        "patient": asked.patient,
        "asked": asked,
        "form": form,
        "advice": ADVICE,
        "purpose": PhotoPurpose.EXPERTISE,
        "offered": offered,
        "back_url": _back(asked),
        **photo_context(asked, asked.requester),
    }
    return render(request, "teleconsult/expertise_photos.html", context, status=422 if posted else 200)


@require_POST
def join_expertise_photos(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is ticked goes with the request, what is not does not: of the photographs that were offered."""
    asked, offered = _open(request, pk)
    ticked = set(request.POST.getlist("photo"))
    wanted = [photo for photo in offered if str(photo.pk) in ticked]
    join_photos(asked, wanted, offered, actor=request.user)
    messages.success(request, _("Les photos jointes sont à jour."))
    return redirect(_back(asked))


def _open(request: SignedInRequest, pk: int) -> tuple[ExpertiseRequest, list[ClinicalPhoto]]:
    """While it has not ended, by who asks; with the photographs of the record that he reads."""
    asked = expertise_access.get_expertise_as_requester(request.user, pk).request
    if asked.state in ENDED:
        raise Http404
    patient, reader = photo_access.reopen_photos(request.user, asked.patient_id)
    return asked, list(photo_access.photos_for_care(patient, reader).shown().in_order()[:OFFERED])


def _back(asked: ExpertiseRequest) -> str:
    return reverse("edit_expertise_request" if asked.is_draft else "expertise_request", args=[asked.pk])
