"""How the photographs of one person are laid out: what is followed over time first, then day by day."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from teleconsult.models import ClinicalPhoto, Lesion, PhotoSitting
from teleconsult.models.photo import ClinicalPhotoQuerySet
from teleconsult.models.photo import PhotoView as V

# For comparing: what shows the lesion itself, then how large it is, then where.
BEST_FIRST = [*map(str, (V.CLOSE_UP, V.DERMOSCOPY, V.SCALE, V.OVERVIEW, V.OTHER))]


# In one list to choose from; what is older is compared by its lesion.
MOST_OFFERED = 300


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
    """The lesion that was photographed last comes first."""
    rows = list(photos.shown().exclude(lesion=None).in_order())
    of_lesion: dict[int, list[ClinicalPhoto]] = {}
    for photo in rows:
        of_lesion.setdefault(photo.lesion_id or 0, []).append(photo)
    return [_between(ones) for ones in of_lesion.values()]


def _between(photos: list[ClinicalPhoto]) -> Followed:
    """The first and the latest of one lesion in the view that shows it best among those of several days."""
    of_view = {view: [one for one in photos if one.view == view] for view in BEST_FIRST}
    for ones in of_view.values():
        if ones and ones[0].sitting_id != ones[-1].sitting_id:
            return Followed(_lesion_of(ones[0]), ones[-1], ones[0])
    return Followed(_lesion_of(photos[0]), _best(photos, last=True), _best(photos))


def _lesion_of(photo: ClinicalPhoto) -> Lesion:
    assert photo.lesion is not None
    return photo.lesion


def _best(photos: list[ClinicalPhoto], *, last: bool = False) -> ClinicalPhoto:
    """Of photographs in order, of the first sitting or the last one of them, the one that shows most."""
    sitting = photos[-1 if last else 0].sitting_id
    return min(
        (one for one in photos if one.sitting_id == sitting), key=lambda one: BEST_FIRST.index(one.view)
    )


def by_day(photos: Iterable[ClinicalPhoto]) -> list[Day]:
    """Of photographs in order (`in_order`): one group for each sitting."""
    return [Day(sitting, list(ones)) for sitting, ones in groupby(photos, key=lambda one: one.sitting)]


def pair(photos: ClinicalPhotoQuerySet, left: UUID | None, right: UUID | None) -> Pair | None:
    """What was asked for; else the latest, and the earliest of the same view and lesion. None without two."""
    offered = list(photos.shown().in_order()[:MOST_OFFERED])
    if len(offered) < 2:
        return None
    known = {one.key: one for one in offered}
    last = known.get(right) if right else None
    last = last or next((one for one in offered if _was_taken_before(one, offered)), _best(offered))
    asked = known.get(left) if left else None
    return Pair(asked or _earliest_like(last, offered), last, offered)


def _was_taken_before(photo: ClinicalPhoto, offered: list[ClinicalPhoto]) -> bool:
    """What shows the lesion itself, and on an earlier day too."""
    if photo.view not in BEST_FIRST[:3]:
        return False
    return any(
        _of_one_place(photo, one) and photo.view == one.view and photo.sitting_id != one.sitting_id
        for one in offered
    )


def _of_one_place(one: ClinicalPhoto, other: ClinicalPhoto) -> bool:
    return (one.lesion_id, one.body_site, one.side) == (other.lesion_id, other.body_site, other.side)


def _earliest_like(last: ClinicalPhoto, offered: list[ClinicalPhoto]) -> ClinicalPhoto:
    others = [one for one in offered if one != last]

    def likeness(one: ClinicalPhoto) -> tuple[bool, bool, bool, float]:
        place, other_day = _of_one_place(one, last), one.sitting_id != last.sitting_id
        return place, one.view == last.view, other_day, -one.taken_at.timestamp()

    return max(others, key=likeness)
