"""A person asks to be forgotten, or changes his mind before it is done."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from core.audit.record import record
from core.db import lock
from patients.models import ErasureRequest
from patients.models.requests import ErasureState


def request_erasure(user: User) -> ErasureRequest:
    """Asking twice asks once."""
    with transaction.atomic():
        lock("account", user.pk)
        asked, created = ErasureRequest.objects.get_or_create(user=user, state=ErasureState.ASKED)
        if created:
            record(user, "erasure.asked", asked)
    return asked


def withdraw_erasure(user: User) -> None:
    with transaction.atomic():
        lock("account", user.pk)
        for asked in ErasureRequest.objects.filter(user=user, state=ErasureState.ASKED):
            asked.state = ErasureState.WITHDRAWN
            asked.save(update_fields=["state"])
            record(user, "erasure.withdrawn", asked)
