from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.actions.watch import Watched, watch
from appointments.models import Closure
from appointments.models.disruption import Cause
from core.audit.record import record
from practitioners.models import Practitioner


@transaction.atomic
def close_house(closure: Closure, *, actor: AbstractBaseUser | None) -> Watched:
    """The house or one of its places is shut: the patients of everybody concerned are on the worklist."""
    with watch(concerned(closure), Cause.CLOSURE) as watched:
        closure.save(force_insert=True)
    record(
        actor,
        "house.close",
        closure,
        start=closure.start_at.isoformat(),
        end=closure.end_at.isoformat(),
        stranded=watched.stranded,
    )
    return watched


def concerned(closure: Closure) -> list[int]:
    """All practitioners of the house: any of them may have an opening in the closed place."""
    everybody = Practitioner.objects.active().filter(centre=closure.centre_id)
    return list(everybody.order_by("pk").values_list("pk", flat=True))
