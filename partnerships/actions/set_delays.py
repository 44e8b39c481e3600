"""The coordinator says how long each state may last: for the whole house, or for one programme. From today on."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import lock
from partnerships.models import AdvancedConsultation, RequestDelay
from partnerships.request_delays_table import Delay, delays_of
from practitioners.house import the_house

type Amount = tuple[int, str]


@transaction.atomic
def set_delays(
    programme: AdvancedConsultation | None, said: Mapping[str, Amount | None], *, actor: User
) -> int:
    """`said`: by `Delay.name`, how many of what; None of a programme: the house's again. How many were changed.

    Clocks that run keep the time that they were given.
    """
    lock("request_delays", programme.pk if programme is not None else 0)
    changes = {}
    for delay in delays_of(programme):
        wanted = said.get(delay.name)
        before = (delay.own.amount, str(delay.own.unit)) if delay.own is not None else None
        if wanted != before and (wanted is not None or programme is not None):
            _change(programme, delay, wanted)
            changes[delay.name] = [before, wanted]
    if changes:
        record(actor, "request_delays.set", programme or the_house().centre or actor, changes=changes)
    return len(changes)


def _change(programme: AdvancedConsultation | None, delay: Delay, wanted: Amount | None) -> None:
    rows = RequestDelay.objects.filter(programme=programme, state=delay.state, urgency=delay.urgency)
    if wanted is None:
        rows.delete()
        return
    amount, unit = wanted
    rows.update_or_create(
        since=clock.today(),
        defaults={"amount": amount, "unit": unit},
        create_defaults={
            "programme": programme,
            "state": delay.state,
            "urgency": delay.urgency,
            "amount": amount,
            "unit": unit,
        },
    )
