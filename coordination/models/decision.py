"""What the team decided for one patient, and the paper that says so."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.models.meeting import TeamMeeting
from coordination.models.meeting_item import MeetingItem
from coordination.models.task import Task
from core import clock


class DecisionSheetQuerySet(models.QuerySet["DecisionSheet"]):
    def validated(self) -> DecisionSheetQuerySet:
        return self.exclude(validated_at=None)

    def drafts(self) -> DecisionSheetQuerySet:
        return self.filter(validated_at=None)


class DecisionSheet(models.Model):
    """A draft that is typed during the meeting, then a version that nobody changes: a trigger sees to it."""

    item = models.ForeignKey(MeetingItem, on_delete=models.PROTECT, related_name="sheets")
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    summary = models.TextField(_("ce qui a été dit"), max_length=6000, blank=True)
    decision = models.TextField(_("décision"), max_length=3000, blank=True)
    next_review = models.DateField(_("à revoir le"), null=True, blank=True)
    is_shared = models.BooleanField(
        _("le patient la lit dans son espace"),
        default=True,
        help_text=_("Décochez si elle doit d’abord lui être expliquée de vive voix."),
    )
    # The lines « who does what until when » as they are typed, complete or not; rows of their own once validated.
    plan = models.JSONField(_("suites"), default=list, blank=True)
    why = models.CharField(_("pourquoi cette nouvelle version"), max_length=300, blank=True)
    # Counts the savings of the draft, so that two people who type do not overwrite each other.
    revision = models.PositiveIntegerField(default=0, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    edited_at = models.DateTimeField(default=clock.now, editable=False)
    validated_at = models.DateTimeField(_("validée le"), null=True, blank=True, editable=False)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    content_hash = models.CharField(_("empreinte"), max_length=64, blank=True, editable=False)

    objects = DecisionSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("fiche de décision")
        verbose_name_plural = _("fiches de décision")
        ordering = ("item", "version")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "version"],
                name="decision_sheet_version_once",
                violation_error_message=_("Cette version existe déjà."),
            ),
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(validated_at=None),
                name="decision_sheet_one_draft",
                violation_error_message=_("Une fiche est déjà en cours d’écriture."),
            ),
            models.CheckConstraint(
                condition=Q(validated_at=None) | (~Q(decision="") & ~Q(content_hash="")),
                name="decision_sheet_validated_says_something",
                violation_error_message=_("Une fiche validée porte une décision."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} · v{self.version}"


class SheetAction(models.Model):
    """Who does what until when; a task of his as soon as the sheet is validated."""

    sheet = models.ForeignKey(DecisionSheet, on_delete=models.CASCADE, related_name="actions")
    title = models.CharField(_("à faire"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("par"), on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(_("pour le"))
    task = models.OneToOneField(
        Task, on_delete=models.SET_NULL, null=True, blank=True, related_name="decided_in", editable=False
    )

    class Meta:
        verbose_name = _("suite donnée")
        verbose_name_plural = _("suites données")
        ordering = ("due_on", "id")

    def __str__(self) -> str:
        return self.title


class MinutesKind(models.TextChoices):
    WHOLE = "whole", _("compte rendu complet")
    ANONYMOUS = "anonymous", _("compte rendu anonyme")
    PATIENT = "patient", _("fiche du patient")


class Minutes(models.Model):
    """The paper as it was on the day it was validated; its hash proves that it still is."""

    meeting = models.ForeignKey(TeamMeeting, on_delete=models.PROTECT, related_name="minutes")
    kind = models.CharField(_("nature"), max_length=10, choices=MinutesKind)
    sheet = models.ForeignKey(
        DecisionSheet, on_delete=models.PROTECT, null=True, blank=True, related_name="minutes"
    )
    version = models.PositiveSmallIntegerField(_("version"))
    content = models.BinaryField(editable=False)
    content_hash = models.CharField(_("empreinte"), max_length=64, editable=False)
    created_at = models.DateTimeField(_("figé le"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("compte rendu")
        verbose_name_plural = _("comptes rendus")
        ordering = ("meeting", "kind", "version")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "kind", "sheet", "version"],
                nulls_distinct=False,
                name="minutes_version_once",
                violation_error_message=_("Cette version existe déjà."),
            ),
            models.CheckConstraint(
                condition=Q(kind=MinutesKind.PATIENT, sheet__isnull=False)
                | (~Q(kind=MinutesKind.PATIENT) & Q(sheet=None)),
                name="minutes_of_a_patient_have_a_sheet",
                violation_error_message=_("La fiche d’un patient vient de sa décision."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} · {self.get_kind_display()} v{self.version}"
