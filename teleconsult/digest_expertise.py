"""What of this room the team's e-mail may count: how many and where, never whom or what for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.access import gives_care
from coordination.digest import ItemKind, add_item_kind
from coordination.digest_items import TOLD_ALREADY
from coordination.models.digest import Pace
from core import clock
from teleconsult.models import ExpertiseEvent

NEWS = timedelta(days=14)
STILL = ("draft", "sent")


def _requests(people: Collection[int]) -> Iterator[tuple[int, int]]:
    """The step by which a request came to where it stands today; what he did himself is no news."""
    steps = ExpertiseEvent.objects.filter(
        request__written_by__in=people, to_state=F("request__state"), at__gt=clock.now() - NEWS
    ).exclude(to_state__in=STILL)
    later = ExpertiseEvent.objects.filter(request=OuterRef("request"), pk__gt=OuterRef("pk"))
    news = steps.exclude(by=F("request__written_by")).filter(~Exists(later))
    yield from news.order_by("pk").values_list("request__written_by", "pk")


def _words(number: int) -> str:
    words = ngettext("%d de vos demandes d’avis a avancé", "%d de vos demandes d’avis ont avancé", number)
    return words % number


add_item_kind(
    ItemKind(
        "expertise_requests",
        _("Mes demandes d’avis"),
        _requests,
        _words,
        "expertise_requests",
        gives_care,
        usual=Pace.NEVER,
        help=TOLD_ALREADY,
    )
)
