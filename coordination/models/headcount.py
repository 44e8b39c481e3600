"""A maison de santé stands on its people: how many there must be, who will leave, who will come."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from practitioners.models import Centre, Practitioner, Profession


class HeadcountRule(models.Model):
    """What the law wants of a maison de santé, from a day on."""

    valid_from = models.DateField(_("à partir du"), unique=True)
    doctors = models.PositiveSmallIntegerField(_("médecins généralistes, au moins"), default=2)
    paramedics = models.PositiveSmallIntegerField(_("professionnels paramédicaux, au moins"), default=1)

    class Meta:
        verbose_name = _("effectif minimal")
        verbose_name_plural = _("effectifs minimaux")
        ordering: ClassVar = ["-valid_from"]

    def __str__(self) -> str:
        return f"{self.valid_from:%d/%m/%Y}"


class Direction(models.TextChoices):
    LEAVES = "leaves", _("départ")
    COMES = "comes", _("arrivée")


class ChangeReason(models.TextChoices):
    RETIREMENT = "retirement", _("retraite")
    CONTRACT = "contract", _("fin de contrat")
    MOVE = "move", _("autre lieu d’exercice")
    LEAVE = "leave", _("congé long")
    INSTALLATION = "installation", _("installation")
    RETURN = "return", _("retour")
    OTHER = "other", _("autre")


class StaffChange(models.Model):
    """A planned departure or arrival: for the coordinator and the person himself, nobody else."""

    centre = models.ForeignKey(
        Centre, verbose_name=_("maison"), on_delete=models.CASCADE, related_name="staff_changes"
    )
    direction = models.CharField(_("quoi"), max_length=6, choices=Direction)
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="staff_changes",
    )
    name = models.CharField(_("nom, s’il n’est pas encore dans la maison"), max_length=120, blank=True)
    profession = models.ForeignKey(
        Profession, verbose_name=_("profession"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("à partir du"))
    reason = models.CharField(_("pourquoi"), max_length=12, choices=ChangeReason, default=ChangeReason.OTHER)
    replacement = models.TextField(_("remplacement prévu"), max_length=2000, blank=True)
    is_sure = models.BooleanField(_("date certaine"), default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("mouvement prévu")
        verbose_name_plural = _("mouvements prévus")
        ordering: ClassVar = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(direction=Direction.COMES) | Q(practitioner__isnull=False),
                name="staff_change_leaver_is_somebody",
                violation_error_message=_("Choisissez le professionnel qui part."),
            ),
            models.CheckConstraint(
                condition=Q(practitioner__isnull=False) | ~Q(name=""),
                name="staff_change_has_a_name",
                violation_error_message=_("Indiquez un nom, ou un professionnel de la maison."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.who} · {self.get_direction_display()} {self.on:%d/%m/%Y}"

    @property
    def who(self) -> str:
        return self.practitioner.display_name if self.practitioner else self.name
