"""« Je suis arrivé » : at the door with the QR, or on one's own page of the visit."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, desk_required
from appointments import access, check_in, delays
from appointments.actions.check_in import check_in as say_arrived
from appointments.forms.check_in import DoorForm
from appointments.models import Appointment, Delay
from appointments.qr import qr_svg
from core import clock
from core.refusal import Refusal
from core.web import ratelimit
from core.web.public import public_address
from practitioners.house import the_house
from practitioners.models import Place

# What a visitor without account has shown at the door: references, so that his telephone may read the page again.
SHOWN = "door_visits"
MOST_SHOWN = 5


def _place(pk: int) -> Place:
    place = the_house().places.get(pk)
    if place is None:
        raise Http404
    return place


def not_found() -> str:
    """The same words for whom nobody knows, for tomorrow's visit and for a wrong date: outsiders learn nothing."""
    return _(
        "Nous n’avons pas trouvé de rendez-vous à cette heure avec ces indications. Vérifiez-les, ou adressez-vous"
        " à l’accueil : on vous attend peut-être quand même."
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the QR at the door leads."""
    place, now = _place(pk), clock.now()
    if request.method == "POST":
        return _identify(request, place)
    own = check_in.visits_of_account(request.user, pk, now) if request.user.is_authenticated else []
    form = DoorForm(initial={"reference": request.GET.get("r", "")[:20]})
    return render(request, "appointments/door/door.html", {"place": place, "form": form, "own": own})


def _identify(request: HttpRequest, place: Place) -> HttpResponse:
    form = DoorForm(request.POST)
    context: dict[str, Any] = {"place": place, "form": form, "own": []}
    if not form.is_valid():
        return render(request, "appointments/door/door.html", context, status=422)
    if not ratelimit.allowed(request, "check_in", key=form.key):
        return ratelimit.too_many(request)
    visits = _meant(form, place.pk)
    try:
        for visit in visits:
            say_arrived(visit, actor=request.user)
    except Refusal:
        visits = []
    if not visits:
        context["sentence"] = not_found()
        return render(request, "appointments/door/door.html", context, status=422)
    shown = [visit.reference for visit in visits]
    request.session[SHOWN] = [*shown, *request.session.get(SHOWN, [])][:MOST_SHOWN]
    return redirect("door_waiting", place.pk)


def _meant(form: DoorForm, place_id: int) -> list[Appointment]:
    data, now = form.cleaned_data, clock.now()
    if data["reference"]:
        return check_in.visits_by_reference(data["reference"], place_id, now)
    return check_in.visits_by_birth(data["birth_date"], data["letters"], place_id, now)


@login_not_required
@never_cache
@require_safe
def door_waiting(request: HttpRequest, pk: int) -> HttpResponse:
    """« Vous êtes attendu » : who scanned a moment ago, and nobody else, reads where he is to wait."""
    place, now = _place(pk), clock.now()
    shown = request.session.get(SHOWN, [])
    visits = check_in.visits_shown(shown, pk, now) if shown else []
    if not visits:
        return redirect("door", pk)
    minutes = Delay.objects.minutes_of({visit.practitioner_id for visit in visits})
    lines = [
        (visit, delays.later_time(visit, minutes.get(visit.practitioner_id, 0), now)) for visit in visits
    ]
    return render(request, "appointments/door/waiting.html", {"place": place, "lines": lines})


@require_POST
@ratelimit.limit("check_in")
def arrive(request: SignedInRequest, reference: str) -> HttpResponse:
    """One tap on one's own page."""
    appointment = access.get_appointment_for(request.user, reference)
    try:
        say_arrived(appointment, actor=request.user)
    except Refusal as refusal:
        return _own_page(request, appointment, str(refusal.sentence))
    return redirect("appointment", reference)


def _own_page(request: SignedInRequest, appointment: Appointment, sentence: str) -> HttpResponse:
    context = {"appointment": appointment, "sentence": sentence}
    return render(request, "appointments/door/refused.html", context, status=409)


@desk_required
@require_safe
def door_poster(request: SignedInRequest, pk: int) -> HttpResponse:
    """For the printer: the QR of one place."""
    place = _place(pk)
    address = public_address("door", pk)
    context = {"place": place, "address": address, "qr": qr_svg(address), "places": the_house().places}
    return render(request, "appointments/door/poster.html", context)
