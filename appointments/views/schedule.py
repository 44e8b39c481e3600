"""The shared schedule: what the house looks at all day. The list is the page; the calendar is drawn over it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest
from appointments.access import Reader, schedule_reader
from appointments.forms.schedule import DAY, MONTH, ROOMS, VIEWS, WEEK, Asked, ScheduleForm
from appointments.schedule import Schedule, read
from appointments.schedule_feed import feed
from appointments.schedule_fill import fill
from appointments.schedule_pages import pages_of
from appointments.schedule_words import VIEW_NAMES, words
from appointments.sheets import day_sheets
from appointments.views.reschedule import just_moved
from core import clock
from practitioners.house import the_house


@require_safe
@cache_control(private=True, no_store=True)
def schedule(request: SignedInRequest) -> HttpResponse:
    reader = schedule_reader(request.user)
    asked = Asked(request.GET)
    found = read(reader, asked.wanted())
    places = the_house().places
    context: dict[str, Any] = {
        "asked": asked,
        "schedule": found,
        "form": ScheduleForm(asked, found, places.values()),
        "places": places,
        "rooms": found.rooms,
        "is_month": asked.view == MONTH,
        "is_week": asked.view == WEEK,
        "today": clock.today(),
        "feed_url": reverse("schedule_feed") + asked.address(),
        "block_url": _block_url(reader, asked),
        "sheet_url": reverse("day_sheet") + asked.address(vue=""),
        "tabs": [
            {"label": VIEW_NAMES[view], "href": asked.address(vue=view), "current": view == asked.view}
            for view in VIEWS
        ],
        "before": asked.address(jour=asked.step(-1).isoformat()),
        "after": asked.address(jour=asked.step(1).isoformat()),
        "now_address": asked.address(jour=clock.today().isoformat()),
    }
    if asked.view == MONTH:
        context["fill"] = [(line, asked.address(vue=DAY, jour=line.day.isoformat())) for line in fill(found)]
    else:
        context |= {
            "pages": list(pages_of(found)),
            "words": words(asked.view),
            "legend": _legend(found),
            "moved": just_moved(request),
            "live_people": [person.id for person in found.people],
        }
    return render(request, "appointments/schedule/schedule.html", context)


def _block_url(reader: Reader, asked: Asked) -> str:
    """For who has hours of his own, or answers for everybody's."""
    if reader.practitioner_id is None and not reader.is_desk:
        return ""
    return f"{reverse('block_time')}?{urlencode({'jour': asked.day.isoformat(), 'qui': asked.practitioner})}"


@require_safe
@cache_control(private=True, no_store=True)
def schedule_feed(request: SignedInRequest) -> JsonResponse:
    """What the calendar draws."""
    found = read(schedule_reader(request.user), Asked(request.GET).wanted())
    return JsonResponse(feed(found), json_dumps_params={"separators": (",", ":"), "ensure_ascii": False})


@require_safe
@cache_control(private=True, no_store=True)
def day_sheet(request: SignedInRequest) -> HttpResponse:
    """The day on paper, one page a person: of a place or of one practitioner by the filters of the address."""
    asked = Asked(request.GET)
    if asked.view in (MONTH, ROOMS):
        asked.view = DAY
    found = read(schedule_reader(request.user), asked.wanted())
    places = the_house().places
    context = {
        "asked": asked,
        "pages": [page for page in pages_of(found) if page.spans or page.visits],
        "places": places,
        "rooms": found.rooms,
        "place": places.get(asked.place) if asked.place else None,
        "back": reverse("schedule") + asked.address(),
        "pdf_url": reverse("day_sheet_pdf") + asked.address(),
        "printed_at": clock.now(),
    }
    return render(request, "appointments/schedule/day_sheet.html", context)


@require_safe
@cache_control(private=True, no_store=True)
def day_sheet_pdf(request: SignedInRequest) -> HttpResponse:
    """The same as a file that prints the same everywhere, « 1/2 » at its foot."""
    asked = Asked(request.GET)
    if asked.view in (MONTH, ROOMS):
        asked.view = DAY
    content = day_sheets(schedule_reader(request.user), asked.wanted(), printed_at=clock.now())
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="feuille-{asked.first.isoformat()}.pdf"'
    return response


def _legend(found: Schedule) -> list[tuple[str, str]]:
    """Reasons that are on the screen, with their colours."""
    return sorted({(visit.reason, visit.colour) for visit in found.visits if visit.reason})
