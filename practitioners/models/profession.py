from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class InformationCategory(models.TextChoices):
    """How the law lets this profession share a patient's information inside the team (CSP R1110-1 to -3)."""

    HEALTH = "health", _("professionnel de santé")
    OTHER = "other", _("autre catégorie : le patient est informé au préalable")


class Profession(models.Model):
    """médecin généraliste, infirmier, masseur-kinésithérapeute … as rows, so that a centre adds its own."""

    name = models.CharField(_("nom"), max_length=80, unique=True)
    feminine_name = models.CharField(
        _("nom au féminin"),
        max_length=80,
        blank=True,
        default="",
        db_default="",
        help_text=_("Pour « Mme ». Vide : le même mot, comme pour psychologue."),
    )
    plural_name = models.CharField(_("nom au pluriel"), max_length=80)
    slug = models.SlugField(_("nom dans l’adresse"), unique=True)
    role_code = models.CharField(
        _("code de la profession"),
        max_length=10,
        blank=True,
        help_text=_("Nomenclature TRE_G15-ProfessionSante : 10 médecin, 60 infirmier, 70 kinésithérapeute…"),
    )
    is_medical_doctor = models.BooleanField(_("profession de médecin"), default=False)
    can_be_attending_doctor = models.BooleanField(_("peut être médecin traitant"), default=False)
    information_category = models.CharField(
        _("partage d’informations"),
        max_length=10,
        choices=InformationCategory,
        default=InformationCategory.HEALTH,
    )
    position = models.PositiveSmallIntegerField(_("ordre d’affichage"), default=100)

    class Meta:
        verbose_name = _("profession")
        verbose_name_plural = _("professions")
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name
