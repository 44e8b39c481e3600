"""« Délais »: how long each state of a request may last, for the house and for one programme."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from partnerships import access
from partnerships.actions.set_delays import set_delays
from partnerships.forms.delays import DelaysForm
from partnerships.models import AdvancedConsultation
from partnerships.request_delays_table import delays_of


@require_http_methods(["GET", "HEAD", "POST"])
def request_delays(request: SignedInRequest) -> HttpResponse:
    if not access.may_manage(request.user):
        raise Http404
    return _page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def programme_delays(request: SignedInRequest, pk: int) -> HttpResponse:
    return _page(request, access.get_programme_to_manage(request.user, pk))


def _page(request: SignedInRequest, programme: AdvancedConsultation | None) -> HttpResponse:
    form = DelaysForm(delays_of(programme), request.POST or None, is_house=programme is None)
    if request.method == "POST" and form.is_valid():
        changed = set_delays(programme, form.said(), actor=request.user)
        if changed:
            messages.success(
                request, _("Les délais sont enregistrés. Ils valent pour ce qui commence maintenant.")
            )
        else:
            messages.info(request, _("Rien n’a changé."))
        return redirect("programme", programme.pk) if programme else redirect("request_delays")
    context = {
        "form": form,
        "programme": programme,
        "partner": programme.partner if programme is not None else None,
        "others": AdvancedConsultation.objects.filter(is_active=True).order_by("name", "pk"),
    }
    return render(request, "partnerships/request_delays.html", context, status=422 if form.errors else 200)
