"""When a letter is due, which ones are awaited, and how late they are. Pure: reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from partnerships.models import ConsultationRequest, RequestState
from partnerships.models.request import ConsultationRequestQuerySet


@dataclass(frozen=True)
class Awaited:
    request: ConsultationRequest
    due_on: date
    today: date

    @property
    def late_by(self) -> int:
        return max((self.today - self.due_on).days, 0)

    @property
    def is_late(self) -> bool:
        return self.late_by > 0

    @property
    def sentence(self) -> str:
        if self.is_late:
            words = ngettext("en retard d’un jour", "en retard de %(days)s jours", self.late_by)
            return words % {"days": self.late_by}
        left = (self.due_on - self.today).days
        if left == 0:
            return _("attendu aujourd’hui")
        return ngettext("attendu demain", "attendu dans %(days)s jours", left) % {"days": left}


def due_on(request: ConsultationRequest) -> date:
    """Counted from the day of the visit: the state was entered then, whenever somebody said so."""
    seen = clock.local(request.state_since).date()
    return seen + timedelta(days=request.programme.return_letter_days)


def seen_requests() -> ConsultationRequestQuerySet:
    rows = ConsultationRequest.objects.filter(state=RequestState.SEEN, patient__merged_into=None)
    return rows.with_people().select_related("appointment__practitioner__profession")


def awaited(requests: Iterable[ConsultationRequest]) -> list[Awaited]:
    """The most overdue first."""
    today = clock.today()
    found = [Awaited(request, due_on(request), today) for request in requests]
    return sorted(found, key=lambda one: (one.due_on, one.request.pk))
