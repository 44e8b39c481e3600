"""An allergy or an alert is withdrawn: the line stays readable, with why."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination.models import Alert, Allergy
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal


class FactGone(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Quelqu’un vient de retirer ou de corriger cette ligne. Regardez ce qui est noté.")
        )


@transaction.atomic
def withdraw_fact(fact: Allergy | Alert, *, why: str, actor: User) -> None:
    """Raises `FactGone` where somebody was faster."""
    lock("patient", fact.patient_id)
    row: Allergy | Alert = type(fact).objects.select_for_update(of=("self",), no_key=True).get(pk=fact.pk)
    if not row.is_standing:
        raise FactGone
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_why = clock.now(), actor, why
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
    record(actor, f"{row._meta.model_name}.withdrawn", row, patient_id=row.patient_id)
