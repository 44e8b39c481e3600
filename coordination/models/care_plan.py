"""What is aimed at for one patient, who does what until when (FHIR CarePlan). Every version stays readable."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coordination.models.measure_kind import MeasureComponent, Side
from core import clock
from patients.models import Patient
from patients.models.consent import Means
from practitioners.models import Practitioner, Profession


class CarePlanQuerySet(models.QuerySet["CarePlan"]):
    def open(self) -> CarePlanQuerySet:
        return self.filter(closed_at=None)


class CarePlan(models.Model):
    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="care_plans"
    )
    opened_at = models.DateTimeField(_("ouvert le"), default=clock.now, editable=False)
    current_number = models.PositiveSmallIntegerField(_("version"), default=1)
    closed_at = models.DateTimeField(_("clos le"), null=True, blank=True)
    closed_because = models.CharField(_("raison de la clôture"), max_length=300, blank=True)

    objects = CarePlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan de soins")
        verbose_name_plural = _("plans de soins")
        ordering = ("-opened_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_because="")
                | (Q(closed_at__isnull=False) & ~Q(closed_because="")),
                name="care_plan_closed_with_a_reason",
                violation_error_message=_("Un plan clos dit pourquoi."),
            )
        ]
        indexes = [models.Index(fields=["patient", "-opened_at"], name="care_plan_by_patient")]

    def __str__(self) -> str:
        return f"{self.patient} · {self.opened_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class CarePlanVersionQuerySet(models.QuerySet["CarePlanVersion"]):
    def current(self) -> CarePlanVersionQuerySet:
        return self.filter(number=F("plan__current_number"))

    def whole(self) -> CarePlanVersionQuerySet:
        return self.select_related(
            "plan__patient", "author__profession", "reviewer__profession", "agreed_noted_by"
        ).prefetch_related(
            "problems",
            "goals__component__kind",
            "activities__practitioner__profession",
            "activities__profession",
        )


class CarePlanVersion(models.Model):
    """The plan as it was on a day. What is written of it never changes; that the patient agreed is added once."""

    plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    aim = models.CharField(
        _("le but, en une phrase"), max_length=300, help_text=_("avec les mots du patient si possible")
    )
    author = models.ForeignKey(
        Practitioner, verbose_name=_("écrit par"), on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(_("écrit le"), default=clock.now, editable=False)
    because = models.CharField(_("ce qui a changé"), max_length=300, blank=True)
    review_on = models.DateField(_("à relire le"))
    reviewer = models.ForeignKey(
        Practitioner, verbose_name=_("relu par"), on_delete=models.PROTECT, related_name="+"
    )
    agreed_on = models.DateField(_("convenu avec le patient le"), null=True, blank=True)
    agreed_means = models.CharField(_("de quelle façon"), max_length=10, choices=Means, blank=True)
    agreed_with = models.CharField(
        _("avec qui"), max_length=120, blank=True, help_text=_("vide : le patient lui-même")
    )
    agreed_noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = CarePlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version d’un plan de soins")
        verbose_name_plural = _("versions des plans de soins")
        ordering = ("plan", "-number")
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                name="care_plan_version_once",
                violation_error_message=_("Ce plan vient d’être modifié. Relisez-le."),
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(because=""),
                name="care_plan_version_says_why",
                violation_error_message=_("Dites en quelques mots ce qui change."),
            ),
            models.CheckConstraint(
                condition=Q(agreed_on=None, agreed_means="", agreed_with="", agreed_noted_by=None)
                | (Q(agreed_on__isnull=False, agreed_noted_by__isnull=False) & ~Q(agreed_means="")),
                name="care_plan_agreed_how",
                violation_error_message=_("Dites quand et de quelle façon le patient a donné son accord."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} · {self.number}"


class CarePlanProblem(models.Model):
    version = models.ForeignKey(CarePlanVersion, on_delete=models.PROTECT, related_name="problems")
    position = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(_("problème"), max_length=200)

    class Meta:
        verbose_name = _("problème")
        verbose_name_plural = _("problèmes")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.text


class GoalState(models.TextChoices):
    """FHIR Goal.achievementStatus, as far as the house needs it."""

    IN_PROGRESS = "in-progress", _("en cours")
    ACHIEVED = "achieved", _("atteint")
    GIVEN_UP = "not-attainable", _("abandonné")


class CarePlanGoal(models.Model):
    version = models.ForeignKey(CarePlanVersion, on_delete=models.PROTECT, related_name="goals")
    position = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(_("objectif"), max_length=200)
    component = models.ForeignKey(
        MeasureComponent,
        verbose_name=_("mesure"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    side = models.CharField(_("sens"), max_length=2, choices=Side, blank=True)
    target = models.DecimalField(_("cible"), max_digits=9, decimal_places=3, null=True, blank=True)
    due_on = models.DateField(_("d’ici le"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=14, choices=GoalState, default=GoalState.IN_PROGRESS)

    class Meta:
        verbose_name = _("objectif")
        verbose_name_plural = _("objectifs")
        ordering = ("position", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(component=None, target=None, side="")
                | (Q(component__isnull=False, target__isnull=False) & ~Q(side="")),
                name="care_plan_goal_target_whole",
                violation_error_message=_("Une cible est une mesure, un sens et une valeur."),
            )
        ]

    def __str__(self) -> str:
        return self.text


class ActivityState(models.TextChoices):
    """FHIR CarePlan.activity.detail.status."""

    SCHEDULED = "scheduled", _("prévu")
    IN_PROGRESS = "in-progress", _("en cours")
    COMPLETED = "completed", _("fait")
    STOPPED = "stopped", _("arrêté")


class Actor(models.TextChoices):
    PRACTITIONER = "practitioner", _("un membre de l’équipe")
    PROFESSION = "profession", _("une profession")
    PATIENT = "patient", _("le patient lui-même")
    RELATIVE = "relative", _("un proche")


class CarePlanActivity(models.Model):
    """Who does what until when."""

    version = models.ForeignKey(CarePlanVersion, on_delete=models.PROTECT, related_name="activities")
    position = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(_("action"), max_length=200)
    actor = models.CharField(_("qui"), max_length=12, choices=Actor)
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    profession = models.ForeignKey(
        Profession,
        verbose_name=_("profession"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    relative = models.CharField(_("proche"), max_length=80, blank=True)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=12, choices=ActivityState, default=ActivityState.SCHEDULED)

    class Meta:
        verbose_name = _("action prévue")
        verbose_name_plural = _("actions prévues")
        ordering = ("position", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(actor=Actor.PRACTITIONER, practitioner__isnull=False, profession=None)
                | Q(actor=Actor.PROFESSION, practitioner=None, profession__isnull=False)
                | Q(actor__in=[Actor.PATIENT, Actor.RELATIVE], practitioner=None, profession=None),
                name="care_plan_activity_somebody_does_it",
                violation_error_message=_("Dites qui s’en charge."),
            )
        ]

    def __str__(self) -> str:
        return self.text
