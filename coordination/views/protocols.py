"""The register of the team's own protocols."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from coordination.actions import write_protocol as writing
from coordination.forms.protocol import ConfirmForm, ProtocolForm
from coordination.meeting_access import Reader, inside_reader
from coordination.models import (
    CooperationProtocol,
    Protocol,
    ProtocolSignature,
    ProtocolState,
    ProtocolVersion,
)
from coordination.protocol_access import get_protocol_to_write, may_write
from coordination.protocol_pdf import protocol_paper
from core import clock
from core.refusal import Refusal
from practitioners.house import the_house

SOON = timedelta(days=30)
NEXT_REVIEW = timedelta(days=365)


@require_safe
def protocols(request: SignedInRequest) -> HttpResponse:
    """Both registers: what the team wrote, what a doctor delegates."""
    reader = inside_reader(request.user)
    signed = Count("signatures", filter=~Q(signatures__signed_at=None))
    versions = ProtocolVersion.objects.select_related("protocol__owner").annotate(
        asked=Count("signatures"), signed=signed
    )
    mine = set[int]()
    if reader.practitioner is not None:
        waiting = ProtocolSignature.objects.filter(
            practitioner=reader.practitioner,
            signed_at=None,
            version__state__in=[ProtocolState.SIGNING, ProtocolState.ADOPTED],
        )
        mine = set(waiting.values_list("version", flat=True))
    newest: dict[int, list[ProtocolVersion]] = {}
    for version in versions.order_by("protocol__theme", "protocol__title", "-number"):
        newest.setdefault(version.protocol_id, []).append(version)
    cooperation = CooperationProtocol.objects.annotate(number=Count("delegates")).order_by("title", "pk")
    context = {
        "rows": [_line(rows, mine) for rows in newest.values()],
        "cooperation": cooperation,
        "reader": reader,
        "soon": clock.today() + SOON,
    }
    return render(request, "coordination/protocols/protocols.html", context)


def _line(rows: list[ProtocolVersion], mine: set[int]) -> dict[str, object]:
    """The version that is followed, else the newest; what is in work beside it."""
    standing = next((row for row in rows if row.state == ProtocolState.ADOPTED), rows[0])
    in_work = next((row for row in rows if row.state in ("draft", "signing") and row != standing), None)
    return {"version": standing, "in_work": in_work, "to_sign": any(row.pk in mine for row in rows)}


@require_safe
def protocol(request: SignedInRequest, pk: int) -> HttpResponse:
    reader = inside_reader(request.user)
    found = get_object_or_404(Protocol.objects.select_related("owner"), pk=pk)
    by_name = ProtocolSignature.objects.select_related("practitioner__profession").order_by(
        "practitioner", "pk"
    )
    versions = found.versions.prefetch_related(Prefetch("signatures", by_name)).order_by("-number")
    context = {
        "protocol": found,
        "versions": versions,
        "reader": reader,
        "may_write": may_write(reader, found),
        "mine": reader.practitioner.pk if reader.practitioner else 0,
        "today": clock.today(),
        "next_review": clock.today() + NEXT_REVIEW,
    }
    return render(request, "coordination/protocols/protocol.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_protocol(request: SignedInRequest) -> HttpResponse:
    reader = inside_reader(request.user)
    centre = the_house().centre
    if centre is None:
        raise Http404
    initial: dict[str, object] = {"owner": reader.practitioner.pk} if reader.practitioner else {}
    return _edit(request, reader, Protocol(centre=centre), initial)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_protocol(request: SignedInRequest, pk: int) -> HttpResponse:
    """The draft, or the beginning of a new version with the words of the last."""
    reader = inside_reader(request.user)
    found = get_protocol_to_write(reader, pk)
    last = found.versions.order_by("-number").first()
    initial: dict[str, object] = {}
    if last is not None:
        initial = {"content": last.content, "review_on": max(last.review_on, clock.today() + SOON)}
    return _edit(request, reader, found, initial)


def _edit(
    request: SignedInRequest, reader: Reader, found: Protocol, initial: dict[str, object]
) -> HttpResponse:
    form = ProtocolForm(request.POST if request.method == "POST" else None, instance=found, initial=initial)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            writing.save_protocol(
                form.instance,
                actor=request.user,
                professions=list(data["professions"]),
                content=data["content"],
                review_on=data["review_on"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("Le texte est enregistré."))
            return redirect("protocol", form.instance.pk)
    context = {"form": form, "protocol": found, "reader": reader}
    status = 422 if form.errors else 200
    return render(request, "coordination/protocols/edit_protocol.html", context, status=status)


@require_POST
def change_version(request: SignedInRequest, pk: int) -> HttpResponse:
    """One step in the life of a version: proposed, signed by me, adopted, withdrawn."""
    reader = inside_reader(request.user)
    version = get_object_or_404(ProtocolVersion.objects.select_related("protocol"), pk=pk)
    step = request.POST.get("step", "")
    try:
        if step == "sign":
            if reader.practitioner is None:
                raise Http404
            writing.sign_version(version, reader.practitioner, actor=request.user)
        else:
            get_protocol_to_write(reader, version.protocol_id)
            _step(request, version, step)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("C’est fait."))
    return redirect("protocol", version.protocol_id)


def _step(request: SignedInRequest, version: ProtocolVersion, step: str) -> None:
    if step == "propose":
        writing.propose_version(version, actor=request.user)
    elif step == "adopt":
        writing.adopt_version(version, actor=request.user)
    elif step == "withdraw":
        why = request.POST.get("why", "").replace("\x00", "")
        writing.withdraw_version(version, actor=request.user, why=why)
    elif step == "confirm":
        form = ConfirmForm(request.POST)
        if not form.is_valid():
            raise Refusal(str(next(iter(form.errors["review_on"]))))
        writing.confirm_version(version, form.cleaned_data["review_on"], actor=request.user)
    else:
        raise Http404


@require_safe
def protocol_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    inside_reader(request.user)
    version = get_object_or_404(
        ProtocolVersion.objects.select_related("protocol__owner", "protocol__centre"), pk=pk
    )
    response = HttpResponse(protocol_paper(version), content_type="application/pdf")
    name = f"protocole-{version.protocol_id}-v{version.number}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
