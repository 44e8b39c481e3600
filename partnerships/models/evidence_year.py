"""What is said and shown for a year by hand, and the year as it was when it was frozen."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from core.uploads.models import Upload
from partnerships.models.evidence import EvidenceGrid
from practitioners.models import Centre


class EvidenceYear(models.Model):
    """One calendar year as it is being proved. Without a row nothing was said by hand for it yet."""

    centre = models.ForeignKey(Centre, on_delete=models.PROTECT, related_name="evidence_years")
    year = models.PositiveSmallIntegerField(
        _("année"), validators=[MinValueValidator(2017), MaxValueValidator(2100)]
    )
    list_size = models.PositiveIntegerField(
        _("patientèle médecin traitant"),
        null=True,
        blank=True,
        help_text=_("Le nombre de la caisse. Vide : celui que le portail compte aujourd’hui."),
    )

    class Meta:
        verbose_name = _("année de l’accord")
        verbose_name_plural = _("années de l’accord")
        ordering = ("-year",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["centre", "year"], name="evidence_year_once")
        ]

    def __str__(self) -> str:
        return str(self.year)


class EvidenceDeclaration(models.Model):
    """A value that the portal cannot count; who says it signs for it."""

    year = models.ForeignKey(EvidenceYear, on_delete=models.CASCADE, related_name="declarations")
    code = models.SlugField(_("indicateur"), max_length=40)
    value = models.DecimalField(
        _("valeur"),
        max_digits=8,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100000)],
    )
    note = models.CharField(_("comment ce nombre est connu"), max_length=300)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    declared_at = models.DateTimeField(_("saisie le"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("valeur saisie")
        verbose_name_plural = _("valeurs saisies")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "code"], name="evidence_declaration_once")
        ]

    def __str__(self) -> str:
        return f"{self.year} · {self.code} : {self.value:g}"


class EvidenceProof(models.Model):
    """A paper for one line of one year; `wanted` is the piece that the grid asks for, empty for one more."""

    year = models.ForeignKey(EvidenceYear, on_delete=models.PROTECT, related_name="proofs")
    code = models.SlugField(_("indicateur"), max_length=40)
    wanted = models.CharField(_("pièce demandée"), max_length=150, blank=True)
    title = models.CharField(_("titre"), max_length=150)
    upload = models.OneToOneField(
        Upload, verbose_name=_("fichier"), on_delete=models.PROTECT, related_name="evidence_proof"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    added_at = models.DateTimeField(_("ajoutée le"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("pièce justificative")
        verbose_name_plural = _("pièces justificatives")
        ordering = ("code", "added_at", "pk")

    def __str__(self) -> str:
        return f"{self.year} · {self.title}"


class FrozenEvidence(models.Model):
    """Written once, by one act; a trigger refuses every change. The hash is that of the paper, byte for byte."""

    year = models.OneToOneField(EvidenceYear, on_delete=models.PROTECT, related_name="frozen")
    grid = models.ForeignKey(EvidenceGrid, on_delete=models.PROTECT, related_name="frozen_years")
    grid_name = models.CharField(_("grille"), max_length=120)
    grid_source = models.CharField(_("source"), max_length=300)
    point_euros = models.DecimalField(_("valeur du point (€)"), max_digits=6, decimal_places=2)
    list_size = models.PositiveIntegerField(_("patientèle médecin traitant"))
    list_is_declared = models.BooleanField(_("patientèle donnée par la caisse"))
    prerequisites_bind = models.BooleanField(_("les prérequis conditionnent le versement"))
    content_hash = models.CharField(_("empreinte des lignes"), max_length=64, editable=False)
    paper = models.BinaryField(editable=False)
    paper_hash = models.CharField(_("empreinte du document"), max_length=64, editable=False)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("figé par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
    )
    frozen_by_name = models.CharField(_("figé par"), max_length=200, editable=False)
    frozen_at = models.DateTimeField(_("figé le"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("année figée")
        verbose_name_plural = _("années figées")

    def __str__(self) -> str:
        return str(self.year)


class FrozenIndicator(models.Model):
    """A line of the table, in the words and figures of that day."""

    frozen = models.ForeignKey(FrozenEvidence, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=150)
    axis = models.CharField(max_length=10)
    standing = models.CharField(max_length=12)
    measure = models.CharField(max_length=20)
    unit = models.CharField(max_length=60, blank=True)
    wants = models.TextField(blank=True)
    value = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    is_met = models.BooleanField()
    condition = models.CharField(max_length=300)
    points = models.DecimalField(max_digits=10, decimal_places=2)
    euros = models.DecimalField(max_digits=12, decimal_places=2)
    facts = models.JSONField(default=list)
    missing = models.JSONField(default=list)

    class Meta:
        verbose_name = _("ligne figée")
        verbose_name_plural = _("lignes figées")
        ordering = ("position", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["frozen", "code"], name="frozen_indicator_once")
        ]

    def __str__(self) -> str:
        return f"{self.frozen} · {self.name}"


class FrozenRow(models.Model):
    """What stood behind a value; `url` leads to the live record, which may have changed since."""

    line = models.ForeignKey(FrozenIndicator, on_delete=models.PROTECT, related_name="rows")
    position = models.PositiveIntegerField()
    day = models.DateField(null=True)
    title = models.CharField(max_length=300)
    detail = models.CharField(max_length=500, blank=True)
    counts = models.BooleanField()
    people = models.PositiveIntegerField(null=True)
    url = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("preuve figée")
        verbose_name_plural = _("preuves figées")
        ordering = ("position", "pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["line", "position"], name="frozen_row_once")]

    def __str__(self) -> str:
        return self.title
