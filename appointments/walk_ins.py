"""Who came without an appointment, as each member of the team sees the queue. Reads, never writes."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q
from django.http import Http404

from accounts.access import Visitor, is_desk
from appointments.models import VisitReason, WalkIn
from appointments.models.walk_in import WalkInQuerySet
from appointments.staff_search import staff_reasons
from practitioners.access import editable_practitioners
from practitioners.models import Practitioner


def queue_for(user: Visitor, people: Sequence[Practitioner]) -> WalkInQuerySet:
    """The whole queue at the desk; for a professional who wants him, or anybody of his profession."""
    queue = WalkIn.objects.queue().select_related("practitioner", "profession", "patient", "place")
    if is_desk(user):
        return queue
    mine = Q(practitioner__in=[one.pk for one in people])
    open_to_all = Q(practitioner=None, profession__in=[one.profession_id for one in people])
    return queue.filter(mine | open_to_all)


def get_walk_in(user: Visitor, pk: int) -> WalkIn:
    """One line of the reader's own queue; who left it answers like who never came."""
    found = queue_for(user, list(editable_practitioners(user))).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def reasons_for(user: Visitor, walk_in: WalkIn) -> list[VisitReason]:
    """What he may be seen for now: with whom he wants first, then others of the profession, then the house."""
    mine = set(editable_practitioners(user).values_list("pk", flat=True))

    def rank(reason: VisitReason) -> tuple[bool, bool, str, str]:
        who = reason.practitioner
        profession = walk_in.profession_id or (
            walk_in.practitioner.profession_id if walk_in.practitioner else None
        )
        return (
            who.pk != walk_in.practitioner_id,
            who.profession_id != profession,
            who.last_name,
            reason.name,
        )

    return sorted((one for one in staff_reasons() if one.practitioner_id in mine), key=rank)
