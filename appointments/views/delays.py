"""Running late: choose how long, see who will be told and how, then say so."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from appointments import delays
from appointments.actions.announce_delay import announce_delay, lift_delay
from appointments.forms.delay import DelayForm
from appointments.models import Delay
from core import clock
from core.refusal import Refusal
from practitioners.access import editable_practitioners, get_editable
from practitioners.models import Practitioner


@require_http_methods(["GET", "HEAD", "POST"])
def delay(request: SignedInRequest) -> HttpResponse:
    """Asked by the address, shown whole, sent by the button."""
    people = list(
        editable_practitioners(request.user).select_related("profession").order_by("last_name", "pk")
    )
    if not people:
        raise Http404
    data = request.POST if request.method == "POST" else request.GET
    standing = Delay.objects.minutes_of([one.pk for one in people])
    who = next(
        (one for one in people if one.slug == data.get("qui")), people[0] if len(people) == 1 else None
    )
    form = DelayForm(people, standing.get(who.pk) if who else None, data if "minutes" in data else None)
    if "minutes" not in data:
        form.initial["qui"] = who.slug if who else ""
    context: dict[str, Any] = {"form": form, "who": who, "standing": standing.get(who.pk) if who else None}
    if form.is_bound and form.is_valid():
        if request.method == "POST":
            return _announce(request, form.practitioner, form.cleaned_data["minutes"])
        minutes = form.cleaned_data["minutes"]
        context["minutes"] = minutes
        context["expected"] = delays.expected(form.practitioner.pk, minutes, clock.now())
    return render(
        request, "appointments/desk/delay.html", context, status=422 if form.is_bound and form.errors else 200
    )


def _announce(request: SignedInRequest, practitioner: Practitioner, minutes: int) -> HttpResponse:
    try:
        _delay, told = announce_delay(practitioner, minutes, actor=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        words = ngettext(
            "Retard annoncé : %d patient est prévenu.", "Retard annoncé : %d patients sont prévenus.", told
        )
        nobody = _("Retard annoncé. Personne n’est attendu d’ici là.")
        messages.success(request, words % told if told else nobody)
    return _back(practitioner)


@require_POST
def lift(request: SignedInRequest, slug: str) -> HttpResponse:
    practitioner = get_editable(request.user, slug)
    told = lift_delay(practitioner, actor=request.user)
    words = ngettext(
        "Le retard est levé : %d patient est prévenu.",
        "Le retard est levé : %d patients sont prévenus.",
        told,
    )
    messages.success(request, words % told if told else _("Le retard est levé."))
    return _back(practitioner)


def _back(practitioner: Practitioner) -> HttpResponse:
    return redirect(f"{reverse('my_day')}?{urlencode({'qui': practitioner.slug})}")
