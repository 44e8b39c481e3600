"""What the portal knows of a person: to take away, or to have forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, reads_health
from appointments import export
from appointments.actions import erase
from appointments.models import Appointment
from core import clock
from core.web.ratelimit import limit
from patients.access import erasure_asked_by
from patients.actions.request_erasure import request_erasure, withdraw_erasure
from patients.export import to_read

ENCODER = json.JSONEncoder(ensure_ascii=False, indent=2, default=DjangoJSONEncoder().default)


@require_safe
def my_data(request: SignedInRequest) -> HttpResponse:
    return render(request, "appointments/space/data.html", {"asked": erasure_asked_by(request.user)})


@reads_health
@limit("export", methods=("GET",))
@require_safe
def export_json(request: SignedInRequest) -> StreamingHttpResponse:
    return _attachment(ENCODER.iterencode(export.everything(request.user)), "application/json", "json")


@reads_health
@limit("export", methods=("GET",))
@require_safe
def export_page(request: SignedInRequest) -> StreamingHttpResponse:
    page = _page(export.everything(request.user))
    return _attachment(iter([page]), "text/html; charset=utf-8", "html")


@reads_health
@limit("export", methods=("GET",))
@require_safe
def export_archive(request: SignedInRequest) -> FileResponse:
    """The page, the JSON and every file that the person may read, in one ZIP: written to the disk, not to memory."""
    data = export.everything(request.user)
    held = TemporaryFile()  # noqa: SIM115 – the response closes it
    with ZipFile(held, "w", ZIP_STORED) as archive:
        archive.writestr("mes-donnees.html", _page(data))
        archive.writestr("mes-donnees.json", "".join(ENCODER.iterencode(data)))
        for name, path in export.files(request.user):
            if path.is_file():
                archive.write(path, name)
    held.seek(0)
    response = FileResponse(held, as_attachment=True, filename=f"mes-donnees-{clock.today().isoformat()}.zip")
    response["Cache-Control"] = "no-store"
    return response


def _page(data: dict[str, Any]) -> str:
    return render_to_string("appointments/space/export.html", {**data, "parts": to_read(data)})


def _attachment(parts: Iterator[str], content_type: str, ending: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse((part.encode() for part in parts), content_type=content_type)
    name = f"mes-donnees-{clock.today().isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def ask_erasure(request: SignedInRequest) -> HttpResponse:
    """Says what goes, what stays and why, then asks."""
    if request.method == "POST":
        request_erasure(request.user)
        messages.success(request, _("Votre demande est enregistrée. Elle est traitée sous un mois."))
        return redirect("my_data")
    people = erase.people_to_forget(request.user)
    coming = (
        Appointment.objects.with_details()
        .counted_once()
        .coming()
        .filter(patient__in=people)
        .order_by("start_at", "pk")
    )
    context = {"people": people, "coming": coming, "kept": [p for p in people if erase.cared_for(p)]}
    return render(request, "appointments/space/ask_erasure.html", context)


@require_POST
def drop_erasure(request: SignedInRequest) -> HttpResponse:
    withdraw_erasure(request.user)
    messages.success(request, _("Votre demande est retirée : rien n’est effacé."))
    return redirect("my_data")
