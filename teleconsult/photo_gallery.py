"""How the photographs of one person are laid out: what is followed over time first, then day by day."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from teleconsult.models import ClinicalPhoto, Lesion, PhotoSitting
from teleconsult.models.photo import ClinicalPhotoQuerySet


class Followed(NamedTuple):
    """A lesion between its first photograph and its latest; the same where there is only one."""

    lesion: Lesion
    first: ClinicalPhoto
    latest: ClinicalPhoto

    @property
    def can_be_compared(self) -> bool:
        return self.first.sitting_id != self.latest.sitting_id


class Day(NamedTuple):
    sitting: PhotoSitting
    photos: list[ClinicalPhoto]


class Pair(NamedTuple):
    """Two photographs to look at side by side, out of those that may be chosen."""

    left: ClinicalPhoto
    right: ClinicalPhoto
    offered: list[ClinicalPhoto]


def followed(photos: ClinicalPhotoQuerySet) -> list[Followed]:
    """Two questions, however many lesions; of each the view that was taken first and last."""
    rows = photos.shown().exclude(lesion=None)
    first = rows.order_by("lesion", "taken_at", "pk").distinct("lesion")
    latest = {one.lesion_id: one for one in rows.order_by("lesion", "-taken_at", "-pk").distinct("lesion")}
    found = [Followed(one.lesion, one, latest[one.lesion_id]) for one in first if one.lesion]
    return sorted(found, key=lambda one: (one.latest.taken_at, one.lesion.pk), reverse=True)


def by_day(photos: Iterable[ClinicalPhoto]) -> list[Day]:
    """Of photographs in order (`in_order`): one group for each sitting."""
    return [Day(sitting, list(ones)) for sitting, ones in groupby(photos, key=lambda one: one.sitting)]


def pair(photos: ClinicalPhotoQuerySet, left: UUID | None, right: UUID | None) -> Pair | None:
    """What was asked for; else the latest, and the earliest of the same view and lesion. None without two."""
    offered = list(photos.shown().in_order())
    if len(offered) < 2:
        return None
    known = {one.key: one for one in offered}
    last = known.get(right) if right else None
    last = last or offered[0]
    asked = known.get(left) if left else None
    return Pair(asked or _earliest_like(last, offered), last, offered)


def _earliest_like(last: ClinicalPhoto, offered: list[ClinicalPhoto]) -> ClinicalPhoto:
    others = [one for one in offered if one != last]

    def likeness(one: ClinicalPhoto) -> tuple[bool, bool, bool, float]:
        place = (one.lesion_id, one.body_site, one.side) == (last.lesion_id, last.body_site, last.side)
        other_day = one.sitting_id != last.sitting_id
        return place, one.view == last.view, other_day, -one.taken_at.timestamp()

    return max(others, key=likeness)
