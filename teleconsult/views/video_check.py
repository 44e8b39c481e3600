"""« Essayer mon matériel »: before the day of the visit, by anybody; nothing is seen or heard by anybody else."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock
from core.web.permissions import allows_media
from core.web.ratelimit import limit
from practitioners.house import the_house
from teleconsult.call_words import call_words
from teleconsult.check_words import check_words
from teleconsult.turn import CHECK_LIFE, ice_servers


@login_not_required
@allows_media
@never_cache
@limit("video_check", methods=("GET",))
@require_safe
def video_check(request: HttpRequest) -> HttpResponse:
    """The relay's passwords of this page last for a few minutes: enough to ask whether it answers."""
    who = f"essai-{get_random_string(8)}"
    context = {
        "centre": the_house().centre,
        "words": {**call_words(), **check_words()},
        "ice": ice_servers(who, clock.now(), CHECK_LIFE),
    }
    return render(request, "teleconsult/check.html", context)
