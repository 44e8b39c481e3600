"""« Bloquer un temps » : from the day or the schedule, seen before it is saved, as any other absence."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from appointments import preview
from appointments.actions.declare_absence import declare_absence
from appointments.forms.block import BlockForm
from appointments.views.cabinet import edit
from core import clock
from practitioners.access import editable_practitioners


@require_http_methods(["GET", "HEAD", "POST"])
def block_time(request: SignedInRequest) -> HttpResponse:
    people = list(
        editable_practitioners(request.user)
        .select_related("profession", "centre")
        .order_by("last_name", "pk")
    )
    if not people:
        raise Http404
    slugs = {one.slug for one in people}
    who = request.GET.get("qui", "")
    initial = {"qui": who if who in slugs else "", "jour": _day(request.GET.get("jour", ""))}
    form = BlockForm(people, request.POST or None, initial=initial)
    return edit(
        request,
        form,
        preview=lambda: preview.of_absence(form.instance),
        save=lambda: declare_absence(form.instance, actor=request.user),
        back=f"{reverse('my_day')}?{urlencode({'jour': initial['jour'], 'qui': initial['qui']})}",
        done=_("Ce temps est bloqué : plus personne ne peut y réserver."),
        title=_("Bloquer un temps"),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return clock.today()
