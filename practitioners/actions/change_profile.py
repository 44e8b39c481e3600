from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction

from core.audit.record import record
from practitioners.models import Practitioner


@transaction.atomic
def change_profile(
    practitioner: Practitioner, changed: list[str], *, actor: AbstractBaseUser | None
) -> Practitioner:
    """What the public reads about him. A photograph that is no longer shown leaves the disk with the commit."""
    before = Practitioner.objects.select_for_update(of=("self",), no_key=True).get(pk=practitioner.pk)
    practitioner.save()
    old, storage = before.photo.name or "", before.photo.storage
    if old and old != practitioner.photo.name:
        transaction.on_commit(lambda: storage.delete(old))
    record(actor, "practitioner.profile", practitioner, changed=sorted(changed))
    return practitioner
