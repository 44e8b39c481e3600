"""A room or a device is added, renamed, taken out of service or back."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from practitioners.models import Equipment, EquipmentKind, Room


class StillNeeded(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Des patients y sont encore attendus. Ajoutez d’abord une fermeture : elle met leurs rendez-vous"
                " dans la liste « À replacer »."
            )
        )


def save_resource(
    resource: Room | Equipment, *, actor: AbstractBaseUser | None, new_kind: str = ""
) -> Room | Equipment:
    """`new_kind`: the name of a kind of device that the house had none of yet. Raises `StillNeeded`."""
    is_new = resource.pk is None
    name = "room" if isinstance(resource, Room) else "equipment"
    with transaction.atomic():
        if not is_new:
            lock(name, resource.pk)
        if not is_new and not resource.is_active and _expected(name, resource.pk):
            raise StillNeeded
        if isinstance(resource, Equipment) and new_kind:
            resource.kind = EquipmentKind.objects.get_or_create(centre=resource.place.centre, name=new_kind)[
                0
            ]
        resource.save()
        record(
            actor,
            f"{name}.add" if is_new else f"{name}.change",
            resource,
            name=resource.name,
            is_active=resource.is_active,
        )
    return resource


def _expected(name: str, key: int) -> bool:
    return Appointment.objects.coming().filter(**{name: key}).exists()
