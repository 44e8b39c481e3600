"""Whether the trail is what it was when it was sealed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.audit.models import AuditEvent, AuditSeal
from core.audit.seal import digest


class Break(NamedTuple):
    """Where the trail no longer is what it was, in words."""

    seal: AuditSeal
    what: str


@dataclass(frozen=True)
class Verdict:
    seals: int
    events: int
    open_events: int
    last: AuditSeal | None
    breaks: list[Break]
    is_anchored: bool

    @property
    def is_whole(self) -> bool:
        return not self.breaks and self.is_anchored


def verify(anchor: str = "") -> Verdict:
    """Recompute every seal. `anchor`, a digest that was noted outside the database, must be one of the chain:

    whoever rewrites lines and seals alike is found by it, and by nothing else.
    """
    seals = list(AuditSeal.objects.order_by("until"))
    breaks = list(_breaks(seals))
    last = seals[-1] if seals else None
    rest = AuditEvent.objects.filter(at__gte=last.until) if last else AuditEvent.objects.all()
    return Verdict(
        seals=len(seals),
        events=sum(one.events for one in seals),
        open_events=rest.count(),
        last=last,
        breaks=breaks,
        is_anchored=not anchor or any(one.digest == anchor for one in seals),
    )


def _breaks(seals: list[AuditSeal]) -> Iterator[Break]:
    before: AuditSeal | None = None
    for seal in seals:
        if (seal.since, seal.previous_digest) != ((before.until, before.digest) if before else (None, "")):
            yield Break(seal, _("un scellé manque avant celui-ci"))
        found, count = digest(seal.previous_digest, seal.since, seal.until)
        if count < seal.events:
            yield Break(
                seal,
                ngettext("%(count)s trace manque", "%(count)s traces manquent", seal.events - count)
                % {"count": seal.events - count},
            )
        elif count > seal.events:
            yield Break(
                seal,
                ngettext("%(count)s trace de trop", "%(count)s traces de trop", count - seal.events)
                % {"count": count - seal.events},
            )
        elif found != seal.digest:
            yield Break(seal, _("une trace a été modifiée"))
        before = seal
