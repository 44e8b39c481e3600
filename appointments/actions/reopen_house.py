from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from appointments.actions.close_house import concerned
from appointments.actions.watch import Watched, watch
from appointments.models import Closure
from appointments.models.disruption import Cause
from core.audit.record import record


@transaction.atomic
def reopen_house(closure: Closure, *, actor: AbstractBaseUser | None) -> Watched:
    """The closure is called off: patients who were to be moved are expected again."""
    with watch(concerned(closure), Cause.CLOSURE) as watched:
        Closure.objects.filter(pk=closure.pk).delete()
    record(
        actor,
        "house.reopen",
        closure,
        start=closure.start_at.isoformat(),
        end=closure.end_at.isoformat(),
        settled=watched.settled,
    )
    return watched
