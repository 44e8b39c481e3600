"""One patient on a pathway: FHIR CarePlan, its steps FHIR RequestGroup.action.

Only facts are kept here: what a person did or decided. Dates and states are read from them, and from the visits, by
`pathway_plan`: a visit that is moved, cancelled or missed has no second copy to bring up to date.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment, AppointmentSeries
from coordination.models.pathway_template import PathwayVersion, TemplateStep
from core import clock
from patients.models import Patient
from practitioners.models import Practitioner


class PathwayState(models.TextChoices):
    """FHIR CarePlan.status."""

    ACTIVE = "active", _("en cours")
    COMPLETED = "completed", _("terminé")
    REVOKED = "revoked", _("arrêté")


class PathwayEnd(models.TextChoices):
    """Why it is over; « autre » says it in words."""

    COMPLETED = "completed", _("toutes les étapes sont faites")
    REFUSED = "refused", _("le patient ne souhaite pas ce parcours")
    TEMPLATE = "template", _("raison prévue par le parcours")
    MOVED_AWAY = "moved", _("le patient a déménagé ou est suivi ailleurs")
    DECEASED = "deceased", _("le patient est décédé")
    LOST = "lost", _("le patient ne répond plus")
    OTHER = "other", _("autre raison")


class InformedBy(models.TextChoices):
    ORAL = "oral", _("de vive voix")
    WRITTEN = "written", _("par écrit")
    PHONE = "phone", _("par téléphone")


class CarePathwayQuerySet(models.QuerySet["CarePathway"]):
    def active(self) -> CarePathwayQuerySet:
        return self.filter(state=PathwayState.ACTIVE)

    def with_people(self) -> CarePathwayQuerySet:
        return self.select_related(
            "patient", "version__template", "lead__profession", "lead__user", "lead__centre"
        )


class CarePathway(models.Model):
    """Always somebody's to lead: a patient on a pathway without owner is lost."""

    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="pathways"
    )
    version = models.ForeignKey(
        PathwayVersion, verbose_name=_("modèle"), on_delete=models.PROTECT, related_name="pathways"
    )
    lead = models.ForeignKey(
        Practitioner, verbose_name=_("référent"), on_delete=models.PROTECT, related_name="led_pathways"
    )
    started_on = models.DateField(_("commencé le"), default=clock.today)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    informed_on = models.DateField(_("patient informé le"), default=clock.today)
    informed_by = models.CharField(_("comment"), max_length=10, choices=InformedBy, default=InformedBy.ORAL)
    state = models.CharField(_("état"), max_length=10, choices=PathwayState, default=PathwayState.ACTIVE)
    ended_at = models.DateTimeField(_("terminé le"), null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    end_kind = models.CharField(_("pourquoi"), max_length=10, choices=PathwayEnd, blank=True)
    end_note = models.CharField(_("précision"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = CarePathwayQuerySet.as_manager()

    class Meta:
        verbose_name = _("parcours")
        verbose_name_plural = _("parcours")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=PathwayState.ACTIVE, ended_at=None, end_kind="")
                | (~Q(state=PathwayState.ACTIVE) & Q(ended_at__isnull=False) & ~Q(end_kind="")),
                name="pathway_ended_with_a_reason",
                violation_error_message=_("Un parcours terminé dit quand et pourquoi."),
            )
        ]
        indexes = [
            models.Index(fields=["patient", "-started_on"], name="pathway_by_patient"),
            models.Index(fields=["version"], condition=Q(state="active"), name="pathway_running"),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.patient}"

    @property
    def is_active(self) -> bool:
        return self.state == PathwayState.ACTIVE

    @property
    def end_words(self) -> str:
        words = str(self.get_end_kind_display()) if self.end_kind else ""
        if self.end_kind in (PathwayEnd.TEMPLATE, PathwayEnd.OTHER) and self.end_note:
            return self.end_note
        return f"{words} ({self.end_note})" if self.end_note else words


class PathwayStep(models.Model):
    """The facts of one step for one patient."""

    pathway = models.ForeignKey(CarePathway, on_delete=models.CASCADE, related_name="steps")
    source = models.ForeignKey(TemplateStep, on_delete=models.PROTECT, related_name="+")
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("confiée à"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pathway_steps",
    )
    appointment = models.ForeignKey(
        Appointment, on_delete=models.SET_NULL, null=True, blank=True, related_name="pathway_steps"
    )
    series = models.ForeignKey(
        AppointmentSeries, on_delete=models.SET_NULL, null=True, blank=True, related_name="pathway_steps"
    )
    # Visits that somebody has said are not this step.
    set_aside = ArrayField(models.BigIntegerField(), default=list, blank=True)
    done_on = models.DateField(_("faite le"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    answer = models.CharField(_("réponse"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    skipped_on = models.DateField(_("passée le"), null=True, blank=True)
    skip_reason = models.CharField(_("pourquoi"), max_length=200, blank=True)
    invited_at = models.DateTimeField(_("proposée le"), null=True, blank=True, editable=False)
    declined_at = models.DateTimeField(_("refusée le"), null=True, blank=True, editable=False)
    restarted_on = models.DateField(_("relancée le"), null=True, blank=True)
    # A visit outside the delay that somebody keeps on purpose: on that day, not on another.
    kept_on = models.DateField(null=True, blank=True, editable=False)
    kept_note = models.CharField(_("pourquoi la garder"), max_length=200, blank=True)
    # The day that the team last took note of: what differs is shown « avant → après ».
    noted_on = models.DateField(null=True, blank=True, editable=False)
    chased_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("étape d’un parcours")
        verbose_name_plural = _("étapes d’un parcours")
        constraints = [
            models.UniqueConstraint(fields=["pathway", "source"], name="pathway_step_once"),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=Q(appointment__isnull=False),
                name="pathway_step_has_its_visit",
                violation_error_message=_("Ce rendez-vous est déjà celui d’une autre étape."),
            ),
            models.UniqueConstraint(
                fields=["series"],
                condition=Q(series__isnull=False),
                name="pathway_step_has_its_series",
                violation_error_message=_("Cette série est déjà celle d’une autre étape."),
            ),
            models.CheckConstraint(
                condition=Q(done_on=None) | Q(skipped_on=None),
                name="pathway_step_done_or_skipped",
                violation_error_message=_("Une étape est faite ou passée, pas les deux."),
            ),
            models.CheckConstraint(
                condition=Q(skipped_on=None, skip_reason="")
                | (Q(skipped_on__isnull=False) & ~Q(skip_reason="")),
                name="pathway_step_skipped_with_a_reason",
                violation_error_message=_("Une étape passée dit pourquoi."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.source)

    @property
    def owner(self) -> Practitioner:
        return self.practitioner or self.pathway.lead
