"""The house, its places and who is in training here: on every page, changed a few times a year, read once a minute."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db.models.signals import post_delete, post_save

from practitioners.models import Centre, Internship, Place, Room

FRESH = 60.0


@dataclass(frozen=True)
class House:
    centre: Centre | None
    places: dict[int, Place]
    rooms: list[Room]  # by place, then by name
    trainees: frozenset[int] = frozenset()  # practitioners who have or had a stay here


_known: tuple[float, House] | None = None


def the_house() -> House:
    """The centre of this deployment and its places by key. Another process may see a change a minute later."""
    global _known  # noqa: PLW0603 – one value per process is what is wanted
    if _known is None or time.monotonic() - _known[0] > FRESH:
        places = list(Place.objects.select_related("centre").order_by("centre_id", "pk"))
        centre = places[0].centre if places else Centre.objects.order_by("pk").first()
        rooms = list(Room.objects.order_by("place__name", "name", "pk"))
        trainees = frozenset(Internship.objects.order_by().values_list("intern", flat=True))
        house = House(centre, {place.pk: place for place in places}, rooms, trainees)
        _known = (time.monotonic(), house)
    return _known[1]


def known_centre() -> Centre | None:
    """What this process read last, however long ago, for pages that may not ask: the database may be what is away."""
    return _known[1].centre if _known is not None else None


def forget(**_signal: object) -> None:
    """What was known is no longer true."""
    global _known  # noqa: PLW0603
    _known = None


for model in (Centre, Place, Room, Internship):
    post_save.connect(forget, sender=model, dispatch_uid=f"house-saved-{model.__name__}")
    post_delete.connect(forget, sender=model, dispatch_uid=f"house-deleted-{model.__name__}")
