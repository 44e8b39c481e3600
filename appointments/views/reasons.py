"""What a practitioner receives for, and on which conditions."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from appointments import preview
from appointments.actions.save_reason import save_reason
from appointments.forms.reason import VisitReasonForm
from appointments.models import VisitReason
from appointments.views.cabinet import edit
from practitioners.access import get_editable


@require_safe
def reasons(request: SignedInRequest, slug: str) -> HttpResponse:
    practitioner = get_editable(request.user, slug)
    found = (
        VisitReason.objects.filter(practitioner=practitioner)
        .select_related("category")
        .order_by("-is_active", "position", "name", "pk")
    )
    return render(request, "cabinet/reasons.html", {"practitioner": practitioner, "reasons": found})


@require_http_methods(["GET", "HEAD", "POST"])
def add_reason(request: SignedInRequest, slug: str) -> HttpResponse:
    practitioner = get_editable(request.user, slug)
    form = VisitReasonForm(request.POST or None, practitioner=practitioner)
    return edit(
        request,
        form,
        preview=lambda: preview.of_reason(form.instance),
        save=lambda: save_reason(form.instance, actor=request.user),
        back=reverse("reasons", args=[slug]),
        done=_("Le motif est ajouté."),
        title=_("Nouveau motif"),
        practitioner=practitioner,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_reason(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    practitioner = get_editable(request.user, slug)
    reason = get_object_or_404(VisitReason, pk=pk, practitioner=practitioner)
    form = VisitReasonForm(request.POST or None, instance=reason, practitioner=practitioner)
    return edit(
        request,
        form,
        preview=lambda: preview.of_reason(form.instance),
        save=lambda: save_reason(form.instance, actor=request.user),
        back=reverse("reasons", args=[slug]),
        done=_("Le motif est modifié. Les rendez-vous déjà pris ne changent pas."),
        title=_("Modifier le motif « %s »") % reason.name,
        practitioner=practitioner,
    )
