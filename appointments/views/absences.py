"""When a practitioner is away."""

from __future__ import annotations

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from appointments import preview
from appointments.actions.change_absence import change_absence
from appointments.actions.declare_absence import declare_absence
from appointments.actions.withdraw_absence import withdraw_absence as do_withdraw
from appointments.forms.absence import AbsenceForm
from appointments.models import Absence
from appointments.views.cabinet import edit
from core import clock
from practitioners.access import get_editable
from practitioners.models import Practitioner


def _coming(practitioner: Practitioner, pk: int) -> Absence:
    return get_object_or_404(Absence, pk=pk, practitioner=practitioner, end_at__gt=clock.now())


@require_safe
def absences(request: SignedInRequest, slug: str) -> HttpResponse:
    practitioner = get_editable(request.user, slug)
    coming = Absence.objects.filter(practitioner=practitioner, end_at__gt=clock.now()).order_by("start_at")
    return render(request, "cabinet/absences.html", {"practitioner": practitioner, "absences": coming})


@require_http_methods(["GET", "HEAD", "POST"])
def add_absence(request: SignedInRequest, slug: str) -> HttpResponse:
    practitioner = get_editable(request.user, slug)
    form = AbsenceForm(request.POST or None, practitioner=practitioner)
    return edit(
        request,
        form,
        preview=lambda: preview.of_absence(form.instance),
        save=lambda: declare_absence(form.instance, actor=request.user),
        back=reverse("absences", args=[slug]),
        stranded=lambda: reverse("cascade", args=[slug, form.instance.pk]),
        done=_("L’absence est enregistrée. Plus personne ne peut réserver à ces dates."),
        title=_("Nouvelle absence"),
        practitioner=practitioner,
        weeks=preview.as_it_is(practitioner),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_absence(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    practitioner = get_editable(request.user, slug)
    absence = _coming(practitioner, pk)
    form = AbsenceForm(request.POST or None, instance=absence, practitioner=practitioner)
    return edit(
        request,
        form,
        preview=lambda: preview.of_absence(form.instance),
        save=lambda: change_absence(form.instance, actor=request.user),
        back=reverse("absences", args=[slug]),
        stranded=lambda: reverse("cascade", args=[slug, pk]),
        done=_("L’absence est modifiée."),
        title=_("Modifier l’absence"),
        practitioner=practitioner,
        weeks=preview.as_it_is(practitioner, clock.local(absence.start_at).date()),
        more_url=reverse("withdraw_absence", args=[slug, pk]),
        more_label=_("Retirer cette absence"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_absence(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    practitioner = get_editable(request.user, slug)
    absence = _coming(practitioner, pk)
    shown = preview.of_absence_withdrawn(absence)
    return edit(
        request,
        Form(request.POST or None),
        preview=lambda: shown,
        save=lambda: do_withdraw(absence, actor=request.user),
        back=reverse("absences", args=[slug]),
        done=_("L’absence est retirée : vos plages sont de nouveau ouvertes."),
        title=_("Retirer l’absence"),
        practitioner=practitioner,
        preview_now=shown,
        save_label=_("Retirer l’absence"),
    )
