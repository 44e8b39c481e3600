"""A practitioner's agenda and the world: secret addresses of his own one, and what he plans elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from appointments.access import get_own_practice
from appointments.actions import open_feed
from appointments.actions.change_feed import change_feed
from appointments.actions.revoke_feed import revoke_feed as do_revoke
from appointments.forms.feed import CalendarFeedForm
from appointments.models import CalendarFeed, ExternalCalendar
from appointments.outside import collisions
from core.refusal import Refusal
from core.web.public import public_address
from practitioners.access import get_editable
from practitioners.models import Practitioner

MOST_SHOWN = 20


@require_safe
def calendars(request: SignedInRequest, slug: str) -> HttpResponse:
    """The owner's addresses; the desk sees that there are some, and may close them."""
    practitioner = get_editable(request.user, slug)
    context = {
        "practitioner": practitioner,
        "is_own": practitioner.user_id == request.user.pk,
        "feeds": CalendarFeed.objects.live().filter(practitioner=practitioner),
        "calendars": ExternalCalendar.objects.filter(practitioner=practitioner),
        "collisions": list(
            collisions([practitioner.pk]).with_details().order_by("start_at", "pk")[:MOST_SHOWN]
        ),
    }
    return render(request, "cabinet/calendars.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def add_feed(request: SignedInRequest, slug: str) -> HttpResponse:
    practitioner = get_own_practice(request.user, slug)
    initial = {"label": _("Mon téléphone")}
    form = CalendarFeedForm(request.POST or None, practitioner=practitioner, initial=initial)
    if request.method == "POST" and form.is_valid():
        return _show(request, form.instance, lambda: open_feed.open_feed(form.instance, actor=request.user))
    context = {"practitioner": practitioner, "form": form, "title": _("Nouvelle adresse d’agenda")}
    return render(request, "cabinet/calendar_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_feed(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    practitioner = get_own_practice(request.user, slug)
    feed = _feed(practitioner, pk)
    form = CalendarFeedForm(request.POST or None, instance=feed, practitioner=practitioner)
    if request.method == "POST" and form.is_valid():
        change_feed(form.instance, actor=request.user)
        messages.success(request, _("C’est enregistré. L’adresse ne change pas."))
        return redirect("calendars", slug)
    context = {"practitioner": practitioner, "form": form, "title": _("Modifier l’adresse d’agenda")}
    return render(request, "cabinet/calendar_form.html", context, status=422 if form.errors else 200)


@require_POST
@never_cache
def renew_feed(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    feed = _feed(get_own_practice(request.user, slug), pk)
    return _show(request, feed, lambda: open_feed.renew_feed(feed, actor=request.user))


@require_POST
def revoke_feed(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """The desk may close one too: a telephone is lost on a Saturday."""
    feed = _feed(get_editable(request.user, slug), pk)
    do_revoke(feed, actor=request.user)
    messages.success(request, _("L’adresse « %(name)s » est fermée.") % {"name": feed.label})
    return redirect("calendars", slug)


def _feed(practitioner: Practitioner, pk: int) -> CalendarFeed:
    return get_object_or_404(CalendarFeed.objects.live(), pk=pk, practitioner=practitioner)


def _show(request: SignedInRequest, feed: CalendarFeed, make: Callable[[], str]) -> HttpResponse:
    """The address, once: it is not kept, so that no redirect could show it."""
    try:
        token = make()
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
        return redirect("calendars", feed.practitioner.slug)
    address = public_address("calendar_feed", token)
    context = {
        "practitioner": feed.practitioner,
        "feed": feed,
        "address": address,
        "webcal": "webcal://" + address.partition("://")[2],
    }
    return render(request, "cabinet/feed_address.html", context)
