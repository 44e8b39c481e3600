"""Single dates: one more, other hours, none after all."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from appointments import preview
from appointments.actions.add_opening import add_opening as do_add
from appointments.actions.cancel_opening import cancel_opening as do_cancel
from appointments.actions.change_opening import change_opening as do_change
from appointments.actions.restore_opening import restore_opening as do_restore
from appointments.forms.opening import OpeningForm
from appointments.models import Opening
from appointments.views.cabinet import edit
from core import clock
from core.formats import french
from core.refusal import Refusal
from practitioners.access import get_editable
from practitioners.models import Practitioner


def _coming(practitioner: Practitioner, pk: int, *, cancelled: bool = False) -> Opening:
    openings = Opening.objects.filter(practitioner=practitioner, end_at__gt=clock.now())
    return get_object_or_404(openings, pk=pk, cancelled_at__isnull=not cancelled)


@require_http_methods(["GET", "HEAD", "POST"])
def add_opening(request: SignedInRequest, slug: str) -> HttpResponse:
    practitioner = get_editable(request.user, slug)
    form = OpeningForm(request.POST or None, practitioner=practitioner)
    return edit(
        request,
        form,
        preview=lambda: preview.of_opening(form.instance),
        save=lambda: do_add(form.instance, form.cleaned_data["reasons"], actor=request.user),
        back=reverse("openings", args=[slug]),
        done=_("La date est ouverte."),
        title=_("Ouvrir une date"),
        practitioner=practitioner,
        weeks=preview.as_it_is(practitioner),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_opening(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    practitioner = get_editable(request.user, slug)
    opening = _coming(practitioner, pk)
    form = OpeningForm(request.POST or None, instance=opening, practitioner=practitioner)
    return edit(
        request,
        form,
        preview=lambda: preview.of_opening(form.instance),
        save=lambda: do_change(form.instance, form.cleaned_data["reasons"], actor=request.user),
        back=reverse("openings", args=[slug]),
        done=_("Cette date est modifiée. Votre semaine habituelle ne change pas."),
        title=_("Modifier une date : %s") % french.full_day(opening.start_at),
        practitioner=practitioner,
        weeks=preview.as_it_is(practitioner, clock.local(opening.start_at).date()),
        more_url=reverse("cancel_opening", args=[slug, pk]),
        more_label=_("Ne pas recevoir ce jour-là"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_opening(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Asks first, with the patients concerned in sight."""
    practitioner = get_editable(request.user, slug)
    opening = _coming(practitioner, pk)
    without = Opening.objects.get(pk=pk)
    without.cancelled_at = clock.now()
    shown = preview.of_opening(without)
    return edit(
        request,
        Form(request.POST or None),
        preview=lambda: shown,
        save=lambda: do_cancel(opening, actor=request.user),
        back=reverse("openings", args=[slug]),
        done=_("Cette date est annulée."),
        title=_("Ne pas recevoir %(day)s de %(start)s à %(end)s")
        % {
            "day": french.full_day(opening.start_at),
            "start": french.hour(opening.start_at),
            "end": french.hour(opening.end_at),
        },
        practitioner=practitioner,
        preview_now=shown,
        save_label=_("Annuler cette date"),
        save_kind="danger",
    )


@require_POST
def restore_opening(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    opening = _coming(get_editable(request.user, slug), pk, cancelled=True)
    try:
        do_restore(opening, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("La date est de nouveau ouverte."))
    return redirect("openings", slug)
