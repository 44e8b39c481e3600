"""Devices that a visit may need, each of them a thing that only one visit can have."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from practitioners.models.centre import Centre, Place


class EquipmentKind(models.Model):
    """What a visit may need beside a room: « électrocardiographe », « échographe »."""

    centre = models.ForeignKey(
        Centre, verbose_name=_("maison"), on_delete=models.CASCADE, related_name="equipment_kinds"
    )
    name = models.CharField(_("nom"), max_length=80)

    class Meta:
        verbose_name = _("type d’équipement")
        verbose_name_plural = _("types d’équipement")
        ordering: ClassVar = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "name"],
                name="equipment_kind_name_unique",
                violation_error_message=_("Ce type d’équipement existe déjà."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Equipment(models.Model):
    """One device that stands in a place and serves one visit at a time: PostgreSQL refuses the second one."""

    kind = models.ForeignKey(
        EquipmentKind, verbose_name=_("type"), on_delete=models.PROTECT, related_name="units"
    )
    place = models.ForeignKey(
        Place, verbose_name=_("lieu"), on_delete=models.PROTECT, related_name="equipment"
    )
    name = models.CharField(_("nom"), max_length=80)
    is_active = models.BooleanField(_("en service"), default=True, db_default=True)

    class Meta:
        verbose_name = _("équipement")
        verbose_name_plural = _("équipements")
        ordering: ClassVar = ["place", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"],
                name="equipment_name_unique_in_place",
                violation_error_message=_("Un équipement porte déjà ce nom dans ce lieu."),
            )
        ]

    def __str__(self) -> str:
        return self.name
