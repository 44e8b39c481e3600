"""How much of a doctor's year was given by video, against the cap of the health insurance. Reads, never writes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from appointments.models import Appointment, PlaceKind, Status
from core import clock
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind
from teleconsult.models import VideoCap

# Said early enough to be put right within the year.
WARNING = 80


@dataclass(frozen=True)
class Cap:
    """`profession_slug` empty: for all doctors who have no row of their own."""

    profession_slug: str
    percent: int
    since: date


@dataclass(frozen=True)
class Share:
    """Visits of one year, by video and in all."""

    by_video: int
    in_all: int
    cap: int | None
    # False for who works mostly elsewhere: what he does there is not known, so nothing is judged.
    is_whole: bool = True

    @property
    def percent(self) -> float:
        return round(100 * self.by_video / self.in_all, 1) if self.in_all else 0.0

    @property
    def is_over(self) -> bool:
        """Counted in whole visits: 20 % of 5 is 1, and one is allowed."""
        return self.cap is not None and 100 * self.by_video > self.cap * self.in_all

    @property
    def is_near(self) -> bool:
        if self.cap is None or self.is_over or not self.in_all:
            return False
        return 100 * 100 * self.by_video >= self.cap * self.in_all * WARNING

    @property
    def left(self) -> int | None:
        """How many more by video would still be within the cap, if nothing else were given; None without cap."""
        if self.cap is None:
            return None
        if self.cap >= 100:
            return None
        # (v + x) · 100 ≤ c · (n + x)
        return max(0, (self.cap * self.in_all - 100 * self.by_video) // (100 - self.cap))


def cap_on(caps: Iterable[Cap], profession_slug: str, day: date) -> int | None:
    """The latest row of the profession that is in force, else of all doctors."""
    in_force = [one for one in caps if one.since <= day]
    own = [one for one in in_force if one.profession_slug == profession_slug]
    general = [one for one in in_force if not one.profession_slug]
    found = max(own or general, key=lambda one: one.since, default=None)
    return found.percent if found else None


def caps() -> list[Cap]:
    rows = VideoCap.objects.order_by("profession_slug", "since")
    return [Cap(*row) for row in rows.values_list("profession_slug", "percent", "since")]


def shares_of(practitioners: Sequence[Practitioner], year: int) -> dict[int, Share]:
    """Of doctors alone, by key; two queries. A visit counts for the year in which it was given."""
    doctors = [one for one in practitioners if one.profession.is_medical_doctor]
    if not doctors:
        return {}
    known, day = caps(), min(clock.today(), date(year, 12, 31))
    counted = _counted({one.pk for one in doctors}, year)
    return {one.pk: _share(one, *counted.get(one.pk, (0, 0)), known, day) for one in doctors}


def _share(doctor: Practitioner, by_video: int, in_all: int, known: Iterable[Cap], day: date) -> Share:
    if doctor.kind != Kind.MEMBER:
        return Share(by_video, in_all, None, is_whole=False)
    return Share(by_video, in_all, cap_on(known, doctor.profession.slug, day))


def _counted(practitioners: Collection[int], year: int) -> dict[int, tuple[int, int]]:
    start, end = clock.day_bounds(date(year, 1, 1))[0], clock.day_bounds(date(year + 1, 1, 1))[0]
    rows = Appointment.objects.filter(
        practitioner__in=practitioners, status=Status.FULFILLED, start_at__gte=start, start_at__lt=end
    )
    counts = (
        rows.order_by()
        .values("practitioner")
        .annotate(by_video=Count("pk", filter=Q(place_kind=PlaceKind.VIDEO)), in_all=Count("pk"))
    )
    return {row["practitioner"]: (row["by_video"], row["in_all"]) for row in counts}
