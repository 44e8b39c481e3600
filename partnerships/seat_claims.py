"""How the rule of the seats sees people: who referred them, and whether it is urgent. Pure: reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from coordination.models import Urgency
from partnerships.models import ConsultationRequest, RequestState
from partnerships.models.request import ENDED
from partnerships.seats import Claim
from practitioners.models import Practitioner

# Never came to anything: these say nothing about a visit.
SILENT = (RequestState.DRAFT, RequestState.REFUSED, RequestState.REDIRECTED, RequestState.WITHDRAWN)
# What triage calls « sans délai » and « rapide ».
URGENT_UP_TO = 2


class Asked(NamedTuple):
    """Somebody who has a seat, or wants one. `visit` None: there is none yet."""

    programme: int
    patient: int | None
    actor: int | None
    visit: int | None = None


class Claims:
    """Two queries, however many people."""

    def __init__(self, people: Iterable[Asked]) -> None:
        people = list(people)
        self._requests: dict[tuple[int, int | None], ConsultationRequest] = {}
        found = ConsultationRequest.objects.filter(
            programme__in={one.programme for one in people},
            patient__in={one.patient for one in people if one.patient is not None},
        ).exclude(state__in=SILENT)
        fields = "programme", "patient", "state", "priority", "urgency", "requester", "requester_profession"
        for request in found.only(*fields, "appointment").order_by("received_at", "pk"):
            self._requests[request.programme_id, request.patient_id] = request
        referrers = {one.requester_id for one in self._requests.values() if one.requester_id is not None}
        actors = {one.actor for one in people if one.actor is not None}
        self._professions: dict[int, int] = {}
        self._by_user: dict[int, int] = {}
        who = Practitioner.objects.filter(pk__in=referrers) | Practitioner.objects.filter(user__in=actors)
        for pk, user, profession in who.order_by().values_list("pk", "user", "profession"):
            self._professions[pk] = profession
            if user is not None:
                self._by_user[user] = pk

    def of(self, asked: Asked) -> Claim:
        """By the request; without one the professional who books is the one who refers."""
        request = self._requests.get((asked.programme, asked.patient))
        if request is None:
            referrer = self._by_user.get(asked.actor) if asked.actor is not None else None
            return Claim(profession=self._professions.get(referrer or 0), referrer=referrer)
        known = self._professions.get(request.requester_id or 0)
        return Claim(
            is_urgent=_is_urgent(request, asked.visit),
            profession=request.requester_profession_id or known,
            referrer=request.requester_id,
        )


def _is_urgent(request: ConsultationRequest, visit: int | None) -> bool:
    """What was urgent stays so for the visit that it led to, not for those that follow."""
    if request.state in ENDED and (visit is None or request.appointment_id != visit):
        return False
    if request.priority is not None:
        return request.priority <= URGENT_UP_TO
    return request.urgency == Urgency.URGENT
