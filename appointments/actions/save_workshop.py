"""A workshop is described, or described anew."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.actions.plan_sessions import occupy
from appointments.actions.seat_waiting import promote
from appointments.actions.watch import Watched, watch
from appointments.models import Workshop, WorkshopCycle, WorkshopSession
from appointments.models.disruption import Cause
from appointments.workshops import read_offer
from core.audit.record import record
from core.db import constraint_sentence, lock
from core.refusal import Refusal
from practitioners.models import Practitioner

# Words of the addresses beside « /ateliers/<slug>/ ».
RESERVED = {"place"}


class SeatsTaken(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Il y a déjà plus d’inscrits que cela : désinscrivez d’abord quelqu’un."))


def save_workshop(workshop: Workshop, animators: Sequence[Practitioner], *, actor: User) -> Watched:
    """A new animator's time is taken for the dates to come, a former one's is given back."""
    is_new = workshop.pk is None
    with transaction.atomic():
        if is_new:
            workshop.slug, workshop.created_by = _free_slug(workshop.title), actor
            workshop.save(force_insert=True)
            workshop.animators.set(animators)
            watched = Watched()
        else:
            before = list(workshop.animators.values_list("pk", flat=True))
            with watch({*before, *(one.pk for one in animators)}, Cause.WORKSHOP) as watched:
                workshop.save(force_update=True)
                workshop.animators.set(animators)
                if set(before) != {one.pk for one in animators}:
                    for session in WorkshopSession.objects.coming().filter(cycle__workshop=workshop):
                        occupy(session, animators)
        record(
            actor,
            "workshop.created" if is_new else "workshop.changed",
            workshop,
            animators=[one.pk for one in animators],
            stranded=watched.stranded,
        )
    return watched


def change_seats(cycle: WorkshopCycle, seats: int, *, actor: User) -> WorkshopCycle:
    """More seats go at once to those who wait. Fewer than are taken: `SeatsTaken`."""
    with transaction.atomic():
        lock("workshop", cycle.pk)
        try:
            with transaction.atomic():
                WorkshopCycle.objects.filter(pk=cycle.pk).update(seats=seats)
        except IntegrityError as error:
            if constraint_sentence(error, WorkshopCycle) is None:
                raise
            raise SeatsTaken from error
        record(actor, "workshop.seats", cycle, before=cycle.seats, after=seats)
        promote(read_offer(cycle.pk))
    return cycle


def _free_slug(title: str) -> str:
    stem = slugify(title)[:100] or "atelier"
    taken = {*Workshop.objects.filter(slug__startswith=stem).values_list("slug", flat=True), *RESERVED}
    return next(slug for n in range(1, 1000) if (slug := stem if n == 1 else f"{stem}-{n}") not in taken)
