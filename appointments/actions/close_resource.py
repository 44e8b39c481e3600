"""A room or a device is out of use, or reserved for what is no visit."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appointments.models import Disruption, ResourceClosure
from appointments.models.disruption import Cause
from appointments.resources import visits_touched
from core import clock
from core.audit.record import record
from core.db import insert_or_none, lock
from core.refusal import Refusal


class AlreadyClosed(Refusal):
    def __init__(self) -> None:
        super().__init__(_("La salle ou l’équipement est déjà fermé ou réservé à cette heure."))


class ResourceInUse(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Des patients sont attendus dans cette salle, ou avec cet équipement, à cette heure.")
        )


def close_resource(
    closure: ResourceClosure, *, actor: AbstractBaseUser | None, displace: bool = True
) -> list[int]:
    """Nothing more is booked there; who is booked already is on the worklist. Answers the keys of those put there.

    `displace=False` is for who only wants a free room: raises `ResourceInUse` where a visit is booked. Raises
    `AlreadyClosed` where another closure or reservation overlaps. May be called inside a larger transaction, which
    must not hold the lock of a room or a device yet.
    """
    with transaction.atomic():
        # In the order of every booking, the practitioner before the room, so that the two cannot cross.
        lock("agenda", *visits_touched(closure).values_list("practitioner_id", flat=True))
        name, key = closure.lock_key
        lock(name, key)
        touched = list(visits_touched(closure).values_list("pk", flat=True))
        if touched and not displace:
            raise ResourceInUse
        closure.created_by_id = actor.pk if actor is not None else None
        if insert_or_none(closure) is None:
            raise AlreadyClosed
        waiting = Disruption.objects.filter(appointment__in=touched, settled_at=None)
        stranded = sorted(set(touched) - set(waiting.values_list("appointment_id", flat=True)))
        now = clock.now()
        Disruption.objects.bulk_create(
            [Disruption(appointment_id=pk, cause=Cause.RESOURCE, since=now) for pk in stranded],
            ignore_conflicts=True,
        )
        record(
            actor,
            "resource.close",
            closure,
            resource=f"{name}:{key}",
            start=closure.start_at.isoformat(),
            end=closure.end_at.isoformat(),
            purpose=str(closure.purpose),
            stranded=stranded,
        )
    return stranded
