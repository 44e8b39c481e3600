"""What the team has agreed on for a kind of patient: steps, delays, conditions. FHIR PlanDefinition.

A version that is published never changes: who follows it keeps it, a change is a version of its own.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models import ReasonCategory
from core import clock
from practitioners.models import Centre, Practitioner, Profession

MOST_STEPS = 30
LONGEST_DELAY = 730


class VersionState(models.TextChoices):
    """FHIR PublicationStatus."""

    DRAFT = "draft", _("brouillon")
    ACTIVE = "active", _("publié")
    RETIRED = "retired", _("retiré")


class StepKind(models.TextChoices):
    APPOINTMENT = "appointment", _("rendez-vous")
    SERIES = "series", _("série de séances")
    REFERRAL = "referral", _("adressage")
    NOTE = "note", _("note ou mesure à prendre")
    DOCUMENT = "document", _("document attendu")
    REVIEW = "review", _("bilan")
    INFORMATION = "information", _("information donnée")
    MEETING = "meeting", _("réunion de concertation (RCP)")


# What is done by a visit; a review may be one.
VISITS = (StepKind.APPOINTMENT, StepKind.SERIES)


class DelayUnit(models.TextChoices):
    DAYS = "days", _("jours")
    WORKING_DAYS = "working", _("jours ouvrés")
    WEEKS = "weeks", _("semaines")


class PathwayTemplate(models.Model):
    """What its versions have in common: that they follow each other."""

    centre = models.ForeignKey(Centre, on_delete=models.CASCADE, related_name="pathway_templates")
    created_at = models.DateTimeField(_("créé le"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("modèle de parcours")
        verbose_name_plural = _("modèles de parcours")

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class PathwayVersionQuerySet(models.QuerySet["PathwayVersion"]):
    def published(self) -> PathwayVersionQuerySet:
        return self.filter(state=VersionState.ACTIVE)


class PathwayVersion(models.Model):
    template = models.ForeignKey(PathwayTemplate, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    name = models.CharField(_("nom"), max_length=100)
    neutral_name = models.CharField(
        _("nom neutre"),
        max_length=60,
        help_text=_(
            "Lu par l’accueil et la coordination devant une personne : rien de médical, par exemple « Parcours A »."
        ),
    )
    purpose = models.TextField(
        _("à quoi il sert"),
        max_length=1000,
        help_text=_("Lu par le patient aussi : des mots simples, des phrases courtes."),
    )
    starters = models.ManyToManyField(
        Profession,
        verbose_name=_("qui peut le commencer"),
        related_name="+",
        blank=True,
        help_text=_("Aucune case cochée : tous les professionnels de santé qui suivent le patient."),
    )
    exit_reasons = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("raisons d’arrêt"),
        default=list,
        blank=True,
    )
    state = models.CharField(_("état"), max_length=10, choices=VersionState, default=VersionState.DRAFT)
    created_at = models.DateTimeField(_("créée le"), default=clock.now, editable=False)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    retired_at = models.DateTimeField(_("retirée le"), null=True, blank=True, editable=False)

    objects = PathwayVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version de parcours")
        verbose_name_plural = _("versions de parcours")
        constraints = [
            models.UniqueConstraint(
                fields=["template", "number"],
                name="pathway_version_number_once",
                violation_error_message=_("Cette version existe déjà."),
            ),
            models.UniqueConstraint(
                fields=["template"],
                condition=Q(state=VersionState.DRAFT),
                name="pathway_one_draft",
                violation_error_message=_("Un brouillon de ce parcours existe déjà : reprenez-le."),
            ),
            models.UniqueConstraint(
                fields=["template"],
                condition=Q(state=VersionState.ACTIVE),
                name="pathway_one_published",
                violation_error_message=_("Une version de ce parcours est déjà publiée."),
            ),
            models.CheckConstraint(
                condition=Q(state=VersionState.DRAFT, published_at=None)
                | (~Q(state=VersionState.DRAFT) & Q(published_at__isnull=False)),
                name="pathway_published_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.state == VersionState.DRAFT


class TemplateStep(models.Model):
    """FHIR PlanDefinition.action. It comes after one earlier step, or after the start: a circle cannot be written."""

    version = models.ForeignKey(PathwayVersion, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("numéro"))
    after = models.PositiveSmallIntegerField(_("après l’étape"), null=True, blank=True)
    kind = models.CharField(_("sorte"), max_length=12, choices=StepKind, default=StepKind.APPOINTMENT)
    title = models.CharField(_("étape"), max_length=120)
    patient_words = models.CharField(
        _("pour le patient"),
        max_length=200,
        blank=True,
        help_text=_("Ce qu’il lira à la place du nom de l’étape. Des mots simples."),
    )
    profession = models.ForeignKey(
        Profession,
        verbose_name=_("profession"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel précis"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    category = models.ForeignKey(
        ReasonCategory,
        verbose_name=_("type de consultation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    sessions = models.PositiveSmallIntegerField(_("nombre de séances"), null=True, blank=True)
    per_week = models.PositiveSmallIntegerField(_("séances par semaine"), default=2)
    delay_min = models.PositiveSmallIntegerField(_("au plus tôt"), default=0)
    delay_ideal = models.PositiveSmallIntegerField(_("idéalement"), default=7)
    delay_max = models.PositiveSmallIntegerField(_("au plus tard"), default=14)
    delay_unit = models.CharField(_("unité"), max_length=10, choices=DelayUnit, default=DelayUnit.DAYS)
    question = models.CharField(_("question posée à la fin"), max_length=200, blank=True)
    answers = ArrayField(
        models.CharField(max_length=60), verbose_name=_("réponses possibles"), default=list, blank=True
    )
    only_if = models.CharField(_("seulement si la réponse est"), max_length=60, blank=True)
    is_optional = models.BooleanField(_("facultative"), default=False)

    class Meta:
        verbose_name = _("étape d’un modèle")
        verbose_name_plural = _("étapes d’un modèle")
        ordering = ("version", "position")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position"],
                name="template_step_position_once",
                violation_error_message=_("Deux étapes portent le même numéro."),
            ),
            models.CheckConstraint(
                condition=Q(position__range=(1, MOST_STEPS)),
                name="template_step_position_in_range",
                violation_error_message=_("Un parcours compte 30 étapes au plus."),
            ),
            models.CheckConstraint(
                condition=Q(after=None) | Q(after__gte=1, after__lt=F("position")),
                name="template_step_after_an_earlier_one",
                violation_error_message=_("Une étape suit une étape placée plus haut."),
            ),
            models.CheckConstraint(
                condition=Q(
                    delay_min__lte=F("delay_ideal"),
                    delay_ideal__lte=F("delay_max"),
                    delay_max__lte=LONGEST_DELAY,
                ),
                name="template_step_delays_in_order",
                violation_error_message=_("Le délai idéal va du plus tôt au plus tard."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=VISITS) | Q(category__isnull=False),
                name="template_step_visit_has_a_category",
                violation_error_message=_("Un rendez-vous a un type de consultation."),
            ),
            models.CheckConstraint(
                condition=Q(kind=StepKind.SERIES, sessions__range=(1, 60))
                | (~Q(kind=StepKind.SERIES) & Q(sessions=None)),
                name="template_step_series_has_sessions",
                violation_error_message=_("Une série compte de 1 à 60 séances."),
            ),
            models.CheckConstraint(
                condition=Q(per_week__range=(1, 7)),
                name="template_step_rhythm_in_range",
                violation_error_message=_("De 1 à 7 séances par semaine."),
            ),
            models.CheckConstraint(
                condition=Q(only_if="") | Q(after__isnull=False),
                name="template_step_condition_needs_a_step",
                violation_error_message=_("Une condition porte sur la réponse d’une étape précédente."),
            ),
            models.CheckConstraint(
                condition=Q(question="", answers__len=0) | (~Q(question="") & Q(answers__len__gt=1)),
                name="template_step_question_has_answers",
                violation_error_message=_("Une question a au moins deux réponses possibles."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def words(self) -> str:
        """For the patient."""
        return self.patient_words or self.title

    @property
    def is_visit(self) -> bool:
        """Done by a visit that can be booked."""
        return self.category_id is not None and self.kind != StepKind.SERIES

    @property
    def is_series(self) -> bool:
        return self.kind == StepKind.SERIES
