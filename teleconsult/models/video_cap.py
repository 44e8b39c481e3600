"""How much of a doctor's year may be given by video: what the agreement with the health insurance says, by date."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class VideoCap(models.Model):
    """In force from a day until the next row of the same profession; without profession, for all other doctors."""

    profession_slug = models.SlugField(
        _("profession (nom dans l’adresse)"), blank=True, help_text=_("vide : tous les autres médecins")
    )
    percent = models.PositiveSmallIntegerField(
        _("part au plus (%)"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    since = models.DateField(_("depuis"))
    source = models.CharField(_("texte"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("plafond de téléconsultation")
        verbose_name_plural = _("plafonds de téléconsultation")
        ordering = ("profession_slug", "-since")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["profession_slug", "since"],
                name="video_cap_once_a_day",
                violation_error_message=_("Un plafond commence déjà ce jour pour cette profession."),
            ),
            models.CheckConstraint(
                condition=Q(percent__range=(1, 100)),
                name="video_cap_is_a_share",
                violation_error_message=_("La part va de 1 à 100 %."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profession_slug or 'médecins'} · {self.percent} % · {self.since:%Y-%m-%d}"
