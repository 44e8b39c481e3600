"""Who waits for a programme, in which order and why. Pure: reads; a patient's place is told to himself and the team."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from partnerships.models import AdvancedConsultation, ConsultationRequest, RequestState
from partnerships.models.request import ConsultationRequestQuerySet

# The whole rule: what is most urgent first, then who has waited longest.
ORDER = ("priority", "received_at", "pk")


@dataclass(frozen=True)
class Place:
    """One line of the list: « priorité 2, attend depuis 23 jours, 3e sur 14 »."""

    request: ConsultationRequest
    rank: int
    of: int
    waited: int
    target: int

    @property
    def late_by(self) -> int:
        return max(self.waited - self.target, 0)

    @property
    def is_late(self) -> bool:
        return self.late_by > 0

    @property
    def sentence(self) -> str:
        return _("priorité %(priority)s, %(waited)s, %(rank)s sur %(of)s ; %(target)s") % {
            "priority": self.request.priority,
            "waited": waited_words(self.waited),
            "rank": rank_words(self.rank),
            "of": self.of,
            "target": self.target_words,
        }

    @property
    def target_words(self) -> str:
        aimed = ngettext("délai visé %(days)s jour", "délai visé %(days)s jours", self.target) % {
            "days": self.target
        }
        if self.is_late:
            over = ngettext("dépassé d’un jour", "dépassé de %(days)s jours", self.late_by)
            return f"{aimed}, {over % {'days': self.late_by}}"
        left = self.target - self.waited
        if left == 0:
            return _("%(aimed)s, atteint aujourd’hui") % {"aimed": aimed}
        return ngettext("%(aimed)s, encore %(left)s jour", "%(aimed)s, encore %(left)s jours", left) % {
            "aimed": aimed,
            "left": left,
        }


def rank_words(rank: int) -> str:
    return _("1er") if rank == 1 else _("%(rank)se") % {"rank": rank}


def waited_words(days: int) -> str:
    if days == 0:
        return _("attend depuis aujourd’hui")
    return ngettext("attend depuis %(days)s jour", "attend depuis %(days)s jours", days) % {"days": days}


def waiting(programme: AdvancedConsultation) -> ConsultationRequestQuerySet:
    """Accepted, neither invited nor booked; in order."""
    rows = ConsultationRequest.objects.filter(programme=programme, state=RequestState.ACCEPTED)
    return rows.order_by(*ORDER)


def waited_days(request: ConsultationRequest, now: datetime) -> int:
    """By the calendar of the house, from the day on which it came in: nothing that happens later makes it younger."""
    assert request.received_at is not None
    return max((clock.local(now).date() - clock.local(request.received_at).date()).days, 0)


def places(programme: AdvancedConsultation, now: datetime) -> list[Place]:
    """The whole list; one query."""
    return ranked(waiting(programme).with_people(), programme.target_delay_days, now)


def ranked(requests: Iterable[ConsultationRequest], target: int, now: datetime) -> list[Place]:
    rows: Sequence[ConsultationRequest] = list(requests)
    return [
        Place(row, rank, len(rows), waited_days(row, now), target) for rank, row in enumerate(rows, start=1)
    ]


def place_of(request: ConsultationRequest, now: datetime) -> Place | None:
    """One request's own line, for its page and its patient; None where it does not wait. Two queries, no other name."""
    if request.state != RequestState.ACCEPTED:
        return None
    rows = ConsultationRequest.objects.filter(programme=request.programme_id, state=RequestState.ACCEPTED)
    older = Q(received_at__lt=request.received_at) | Q(received_at=request.received_at, pk__lt=request.pk)
    before = rows.filter(Q(priority__lt=request.priority) | (Q(priority=request.priority) & older))
    return Place(
        request,
        before.count() + 1,
        rows.count(),
        waited_days(request, now),
        request.programme.target_delay_days,
    )
