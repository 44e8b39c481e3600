"""Two records of one person: suspected, joined, and taken apart again."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models.patient import Patient


class Sign(models.TextChoices):
    """What speaks for one person, in words for the desk."""

    BIRTH_DATE = "birth_date", _("même date de naissance")
    BIRTH_DATE_TYPO = "birth_date_typo", _("dates de naissance proches")
    NAME = "name", _("même nom")
    NAME_ALIKE = "name_alike", _("noms proches")
    FIRST_NAME = "first_name", _("même prénom")
    FIRST_NAME_ALIKE = "first_name_alike", _("prénoms proches")
    EXCHANGED = "exchanged", _("nom et prénom inversés")
    SEX = "sex", _("même sexe")
    BIRTH_PLACE = "birth_place", _("même lieu de naissance")
    PHONE = "phone", _("même téléphone")
    EMAIL = "email", _("même e-mail")


class SuspectedDuplicateQuerySet(models.QuerySet["SuspectedDuplicate"]):
    def open(self) -> SuspectedDuplicateQuerySet:
        """Pairs that nobody has judged yet, both records still standing."""
        standing = {"erased_at": None, "merged_into": None}
        return self.filter(
            dismissed_at=None,
            **{f"{side}__{name}": value for side in ("one", "other") for name, value in standing.items()},
        )


class SuspectedDuplicate(models.Model):
    """A pair of records that may be the same person: a line of the worklist until the desk has judged."""

    one = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField(_("ressemblance"))
    signs = ArrayField(models.CharField(max_length=20), verbose_name=_("ce qui se ressemble"), default=list)
    found_at = models.DateTimeField(_("trouvé le"), default=clock.now)
    dismissed_at = models.DateTimeField(_("écarté le"), null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = SuspectedDuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = _("doublon possible")
        verbose_name_plural = _("doublons possibles")
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="suspected_duplicate_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="suspected_duplicate_in_order"),
        ]
        indexes = [
            models.Index(
                fields=["-score", "id"], condition=Q(dismissed_at=None), name="suspected_duplicate_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.one_id} = {self.other_id} ? ({self.score})"

    @property
    def words(self) -> list[str]:
        return [str(Sign(sign).label) for sign in self.signs if sign in Sign]


class PatientMerge(models.Model):
    """One record was absorbed by another. What moved is remembered row by row, so that it can be undone."""

    kept = models.ForeignKey(
        Patient, verbose_name=_("fiche gardée"), on_delete=models.PROTECT, related_name="merges"
    )
    absorbed = models.ForeignKey(
        Patient, verbose_name=_("fiche absorbée"), on_delete=models.PROTECT, related_name="+"
    )
    filled = models.JSONField(
        _("coordonnées reprises"),
        default=dict,
        help_text=_("ce que la fiche gardée ne savait pas et a reçu de l’autre"),
    )
    closed_accounts = ArrayField(
        models.BigIntegerField(), verbose_name=_("accès en ligne fermés"), default=list, blank=True
    )
    merged_at = models.DateTimeField(_("fusionné le"), default=clock.now)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("fusionné par"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    separated_at = models.DateTimeField(_("séparé le"), null=True, blank=True)
    separated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("séparé par"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("fusion de fiches")
        verbose_name_plural = _("fusions de fiches")
        ordering = ("-merged_at", "-id")
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"],
                condition=Q(separated_at=None),
                name="patient_merge_absorbed_once",
                violation_error_message=_("Cette fiche est déjà fusionnée avec une autre."),
            ),
            models.CheckConstraint(
                condition=~Q(kept=F("absorbed")),
                name="patient_merge_of_two",
                violation_error_message=_("Une fiche ne se fusionne pas avec elle-même."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed_id} → {self.kept_id}"


class MovedRow(models.Model):
    """One row that pointed to the absorbed record: which, and by which field."""

    merge = models.ForeignKey(PatientMerge, on_delete=models.CASCADE, related_name="moved")
    model = models.CharField(_("nature"), max_length=80)
    field = models.CharField(_("champ"), max_length=60)
    row = models.BigIntegerField(_("identifiant"))

    class Meta:
        verbose_name = _("ligne déplacée")
        verbose_name_plural = _("lignes déplacées")
        constraints = [
            models.UniqueConstraint(fields=["merge", "model", "field", "row"], name="moved_row_once")
        ]

    def __str__(self) -> str:
        return f"{self.model}.{self.field} {self.row}"
