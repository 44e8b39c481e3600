"""The frozen papers of a meeting, handed out as files."""

from __future__ import annotations

import hashlib

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from coordination import meeting_access as access
from coordination import meeting_item_access as items
from coordination.meeting_access import Eyes, Reader
from coordination.models import Minutes, MinutesKind, TeamMeeting
from core.audit.record import record

NAMES = {
    MinutesKind.WHOLE: "compte-rendu",
    MinutesKind.ANONYMOUS: "attestation",
    MinutesKind.PATIENT: "fiche",
}


@require_safe
@cache_control(private=True, no_store=True)
def minutes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Each patient named in what is handed out finds a line about it in his trail."""
    reader = access.reader_of(request.user)
    paper = get_object_or_404(Minutes.objects.select_related("meeting", "sheet"), pk=pk)
    found = access.get_meeting(reader, paper.meeting_id)
    if paper.sheet is not None:
        items.get_item_to_read(reader, paper.sheet.item_id)
        record(request.user, "meeting.sheet_printed", paper, patient_id=paper.sheet.item.patient_id)
    elif paper.kind == MinutesKind.WHOLE:
        _whole(reader, found, paper)
    elif not reader.is_inside:
        raise Http404
    return as_file(paper)


def _whole(reader: Reader, found: TeamMeeting, paper: Minutes) -> None:
    """Names and decisions of everybody: for the chair and those of the house who were there and may read each."""
    eyes = Eyes(reader, found)
    came = eyes.seat is not None and eyes.seat.came and reader.is_inside
    discussed = [item for item in eyes.items if item.state == "discussed"]
    if not (came or reader.is_chair(found)) or not all(eyes.may_read(item) for item in discussed):
        raise Http404
    for item in discussed:
        items.note_opening(reader, item, found)
    eyes.note_overridden(discussed)
    record(reader.user, "meeting.minutes_printed", paper)


def as_file(paper: Minutes) -> HttpResponse:
    content = bytes(paper.content)
    if hashlib.sha256(content).hexdigest() != paper.content_hash:
        raise RuntimeError(f"minutes {paper.pk} are not what was validated")
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{NAMES[MinutesKind(paper.kind)]}-{paper.meeting_id}-v{paper.version}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
