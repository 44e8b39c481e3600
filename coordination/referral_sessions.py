"""The appointments that a referral became: how far they have come, when the last one ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from appointments.models import Appointment, Status
from appointments.series_progress import COUNTED, Progress
from coordination.models import HELD, Referral, ReferralState
from core import clock


@dataclass(frozen=True)
class Sessions:
    done: int = 0
    coming: int = 0
    missed: int = 0
    first_start: datetime | None = None
    last_end: datetime | None = None

    def progress(self, referral: Referral) -> Progress:
        prescribed = referral.series.prescribed if referral.series else referral.sessions_to_book
        return Progress(prescribed, self.done, self.coming, self.missed)


def visits_of(referral: Referral) -> QuerySet[Appointment]:
    """The sessions of its series; without one, the visits with who took it, booked since."""
    if referral.series_id is not None:
        return Appointment.objects.filter(series=referral.series_id)
    if referral.holder_id is None or referral.sessions_to_book > 1:
        return Appointment.objects.none()
    return Appointment.objects.filter(
        patient=referral.patient_id,
        practitioner=referral.holder_id,
        booked_at__gte=referral.sent_at or referral.created_at,
    )


def sessions_of(referral: Referral) -> Sessions:
    """One query; none for what nobody has taken."""
    if referral.state not in HELD:
        return Sessions()
    return Sessions(**visits_of(referral).order_by().aggregate(**_counts()))


def sessions_by_series(referrals: Collection[Referral]) -> dict[int, Sessions]:
    """By key of the series; one query for any number."""
    rows = (
        Appointment.objects.filter(series__in=[one.series_id for one in referrals if one.series_id])
        .order_by()
        .values("series")
        .annotate(**_counts())
    )
    return {row["series"]: _read(row) for row in rows}


def _read(row: Any) -> Sessions:
    return Sessions(**{name: value for name, value in row.items() if name != "series"})


def _counts() -> dict[str, Count | Min | Max]:
    counted = Q(status__in=COUNTED)
    coming = Q(status=Status.BOOKED, start_at__gte=clock.now())
    return {
        "done": Count("pk", filter=counted & ~coming),
        "coming": Count("pk", filter=coming),
        "missed": Count("pk", filter=Q(status=Status.NO_SHOW)),
        "first_start": Min("start_at", filter=counted),
        "last_end": Max("end_at", filter=counted),
    }


def last_end(referral: Referral) -> datetime | None:
    """When the report becomes due; None where sessions have nothing to do with it."""
    if referral.state not in (ReferralState.SCHEDULED, ReferralState.UNDER_WAY):
        return None
    return sessions_of(referral).last_end
