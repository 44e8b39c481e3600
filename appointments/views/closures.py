"""When the house is shut: the desk's business."""

from __future__ import annotations

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, desk_required
from appointments import preview
from appointments.actions.close_house import close_house, concerned
from appointments.actions.reopen_house import reopen_house as do_reopen
from appointments.calendar import public_holidays
from appointments.forms.absence import ClosureForm
from appointments.models import Closure
from appointments.unfolding import horizon
from appointments.views.cabinet import edit
from core import clock
from practitioners.models import Centre


def _centre() -> Centre:
    centre = Centre.objects.order_by("pk").first()
    if centre is None:
        raise Http404
    return centre


@desk_required
@require_safe
def closures(request: SignedInRequest) -> HttpResponse:
    centre, today = _centre(), clock.today()
    coming = Closure.objects.filter(centre=centre, end_at__gt=clock.now()).select_related("place")
    context = {
        "closures": coming.order_by("start_at"),
        "holidays": public_holidays(centre.holiday_zone, today, horizon(today)),
    }
    return render(request, "cabinet/closures.html", context)


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_closure(request: SignedInRequest) -> HttpResponse:
    form = ClosureForm(request.POST or None, centre=_centre())
    return edit(
        request,
        form,
        preview=lambda: preview.of_closure(form.instance, concerned(form.instance)),
        save=lambda: close_house(form.instance, actor=request.user),
        back=reverse("closures"),
        done=_("La fermeture est enregistrée."),
        title=_("Nouvelle fermeture"),
    )


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def reopen_house(request: SignedInRequest, pk: int) -> HttpResponse:
    closure = get_object_or_404(Closure, pk=pk, centre=_centre(), end_at__gt=clock.now())
    return edit(
        request,
        Form(request.POST or None),
        preview=lambda: preview.Preview([], []),
        save=lambda: do_reopen(closure, actor=request.user),
        back=reverse("closures"),
        done=_("La fermeture est levée."),
        title=_("Lever la fermeture « %s »") % closure.label,
        preview_now=preview.Preview([], []),
        save_label=_("Lever la fermeture"),
    )
