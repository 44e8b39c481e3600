from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from practitioners.models.practitioner import Practitioner


class Level(models.TextChoices):
    LEVEL_1 = "n1", _("interne niveau 1")
    SASPAS = "saspas", _("interne SASPAS")
    EXTERN = "extern", _("externe")


class Internship(models.Model):
    """A trainee's stay in the house, under one to three supervisors (maîtres de stage universitaires)."""

    intern = models.ForeignKey(
        Practitioner,
        verbose_name=_("interne"),
        on_delete=models.CASCADE,
        related_name="internships",
    )
    level = models.CharField(_("niveau"), max_length=10, choices=Level)
    supervisors = models.ManyToManyField(
        Practitioner,
        verbose_name=_("maîtres de stage"),
        related_name="supervised_internships",
    )
    since = models.DateField(_("du"))
    until = models.DateField(_("au"))
    faculty = models.CharField(_("faculté"), max_length=120, blank=True, default="", db_default="")
    objectives = models.TextField(
        _("objectifs du stage"), max_length=2000, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ("-since",)
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")),
                name="internship_dates_in_order",
                violation_error_message=_("La fin du stage ne peut pas précéder son début."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.intern} · {self.get_level_display()}"
