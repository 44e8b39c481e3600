"""Why an expert may open a record: he is asked, or has taken it; and for a time after it has ended. Reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from patients.access import Ground, add_ground
from patients.models import Patient
from practitioners.models import Practitioner
from teleconsult.models import ENDED, ExpertiseLevel, ExpertiseRequest, ExpertiseState

# After the end: to correct what was answered, and to be asked about it.
TAIL = timedelta(days=30)


def opening_requests() -> QuerySet[Any, Any]:
    """Those that open the record to whom they name; experts of a pool read the request alone until one takes it."""
    is_lately = Q(state=ExpertiseState.CLOSED, state_since__gt=clock.now() - TAIL)
    return ExpertiseRequest.objects.sent().filter(~Q(state__in=ENDED) | is_lately)


def requests_that_open(practitioner: Practitioner) -> QuerySet[Any, Any]:
    named = Q(holder=practitioner) | Q(
        target=practitioner, holder=None, level=ExpertiseLevel.EXPERT, state=ExpertiseState.SENT
    )
    return opening_requests().filter(named)


def team_by_expertise(patient: Patient) -> Iterable[tuple[int, str]]:
    rows = opening_requests().filter(patient=patient).order_by("pk")
    for holder, target, level, state in rows.values_list("holder", "target", "level", "state"):
        if holder is not None:
            yield holder, _("avis à distance")
        elif target is not None and (level, state) == (ExpertiseLevel.EXPERT, ExpertiseState.SENT):
            yield target, _("avis à distance")


add_ground(Ground(gettext_lazy("avis à distance"), requests_that_open), team_by_expertise)
