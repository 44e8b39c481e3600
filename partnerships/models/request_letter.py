"""The letter of a programme: what the partner wants to know, in versions, so that a sent letter never changes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from partnerships.models.programme import AdvancedConsultation


class LetterTemplate(models.Model):
    """One version; the newest is the one that new letters follow."""

    programme = models.ForeignKey(
        AdvancedConsultation, on_delete=models.CASCADE, related_name="letter_templates"
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("écrit le"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("écrit par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("modèle de lettre")
        verbose_name_plural = _("modèles de lettre")
        ordering = ("-version",)
        constraints = [
            models.UniqueConstraint(fields=["programme", "version"], name="letter_template_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.version}"


class SectionKind(models.TextChoices):
    TEXT = "text", _("réponse en quelques lignes")
    FLAG = "flag", _("signe d’alerte (oui / non)")
    FILE = "file", _("pièce à joindre")


class LetterSection(models.Model):
    """One question of one version."""

    template = models.ForeignKey(LetterTemplate, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(_("rang"))
    kind = models.CharField(_("sorte"), max_length=4, choices=SectionKind, default=SectionKind.TEXT)
    label = models.CharField(_("question"), max_length=200)
    help = models.CharField(_("précision"), max_length=300, blank=True)
    is_required = models.BooleanField(_("attendu"), default=True)

    class Meta:
        verbose_name = _("rubrique d’une lettre")
        verbose_name_plural = _("rubriques d’une lettre")
        ordering = ("position", "pk")
        constraints = [
            models.UniqueConstraint(fields=["template", "position"], name="letter_section_position_once")
        ]

    def __str__(self) -> str:
        return self.label
