"""A practitioner runs late: who is still to come is told; lifted, who was told is told again."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments import delays, notifications
from appointments.models import Delay
from appointments.models.delay import LONGEST, SHORTEST
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from practitioners.models import Practitioner


class DelayLength(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Un retard dure de 5 minutes à 4 heures."))


def announce_delay(practitioner: Practitioner, minutes: int, *, actor: User) -> tuple[Delay, int]:
    """Say it, or say it anew with another length: how many visits are told. Raises `DelayLength`.

    The same length twice tells nobody twice.
    """
    if not SHORTEST <= minutes <= LONGEST:
        raise DelayLength
    now = clock.now()
    with transaction.atomic():
        lock("delay", practitioner.pk)
        delay = Delay.objects.filter(practitioner=practitioner, day=clock.today()).first()
        if delay is None:
            delay = Delay.objects.create(practitioner=practitioner, minutes=minutes, announced_by=actor)
        elif delay.minutes != minutes or delay.lifted_at is not None:
            delay.minutes, delay.lifted_at, delay.announced_at = minutes, None, now
            delay.announced_by, delay.revision = actor, delay.revision + 1
            delay.save(update_fields=["minutes", "lifted_at", "announced_at", "announced_by", "revision"])
        visits = delays.still_to_come(practitioner.pk, minutes, now)
        for visit in visits:
            notifications.late(visit, delay)
        record(actor, "delay.announced", delay, minutes=minutes, told=len(visits), revision=delay.revision)
    return delay, len(visits)


def lift_delay(practitioner: Practitioner, *, actor: User) -> int:
    """The delay is made up: who has been told and may still come on time reads it. How many visits."""
    now = clock.now()
    with transaction.atomic():
        lock("delay", practitioner.pk)
        delay = Delay.objects.in_force().filter(practitioner=practitioner).first()
        if delay is None:
            return 0
        delay.lifted_at = now
        delay.save(update_fields=["lifted_at"])
        visits = delays.still_to_come(practitioner.pk, 0, now)
        told = sum(notifications.on_time_again(visit, delay) for visit in visits)
        record(actor, "delay.lifted", delay, told=told)
    return told
