"""When a room or a device cannot be had although it stands there."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.absence import Period
from core import clock
from core.db import TsTzRange
from practitioners.models import Equipment, Room


class Purpose(models.TextChoices):
    MAINTENANCE = "maintenance", _("travaux ou entretien")
    RESERVED = "reserved", _("réservation")


class ResourceClosure(Period):
    """A room or a device is out of use, or reserved for something that is no visit (a workshop, a meeting).

    Two of them never overlap on one resource: whoever comes second is refused.
    """

    room = models.ForeignKey(
        Room,
        verbose_name=_("salle"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="closures",
    )
    equipment = models.ForeignKey(
        Equipment,
        verbose_name=_("équipement"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="closures",
    )
    start_at = models.DateTimeField(_("du"))
    end_at = models.DateTimeField(_("au"))
    label = models.CharField(_("raison"), max_length=120)
    purpose = models.CharField(_("nature"), max_length=12, choices=Purpose, default=Purpose.MAINTENANCE)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("fermeture d’une salle ou d’un équipement")
        verbose_name_plural = _("fermetures de salles et d’équipements")
        ordering = ("start_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(room__isnull=True, equipment__isnull=False)
                | Q(room__isnull=False, equipment__isnull=True),
                name="resource_closure_of_one",
                violation_error_message=_("Choisissez une salle ou un équipement."),
            ),
            models.CheckConstraint(
                condition=Q(end_at__gt=F("start_at")),
                name="resource_closure_dates_in_order",
                violation_error_message=_("La fin de la fermeture doit suivre son début."),
            ),
            ExclusionConstraint(
                name="resource_closure_room_once",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    (TsTzRange("start_at", "end_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(room__isnull=False),
                violation_error_message=_("Cette salle est déjà fermée ou réservée à cette heure."),
            ),
            ExclusionConstraint(
                name="resource_closure_equipment_once",
                expressions=[
                    ("equipment", RangeOperators.EQUAL),
                    (TsTzRange("start_at", "end_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(equipment__isnull=False),
                violation_error_message=_("Cet équipement est déjà fermé ou réservé à cette heure."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} · {self.label}"

    @property
    def resource(self) -> Room | Equipment | None:
        return self.room or self.equipment

    @property
    def lock_key(self) -> tuple[str, int]:
        """The advisory lock that bookings share and that closing takes alone."""
        if self.room_id is not None:
            return "room", self.room_id
        return "equipment", self.equipment_id or 0
