from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models.patient import Patient
from practitioners.models import Practitioner


class Verdict(models.TextChoices):
    JUSTIFIED = "justified", _("justifié")
    TO_DISCUSS = "discuss", _("à revoir avec le médecin")
    UNJUSTIFIED = "unjustified", _("non justifié")


class EmergencyAccessQuerySet(models.QuerySet["EmergencyAccess"]):
    def in_force(self, now: datetime | None = None) -> EmergencyAccessQuerySet:
        return self.filter(until__gt=now or clock.now())

    def to_review(self) -> EmergencyAccessQuerySet:
        return self.filter(reviewed_at=None)


class EmergencyAccess(models.Model):
    """« Bris de glace »: a doctor outside the care team opened a record for one hour, and said why."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="emergency_accesses")
    practitioner = models.ForeignKey(
        Practitioner, verbose_name=_("médecin"), on_delete=models.PROTECT, related_name="+"
    )
    justification = models.CharField(_("raison écrite"), max_length=500)
    opened_at = models.DateTimeField(_("ouvert le"), default=clock.now, editable=False)
    until = models.DateTimeField(_("jusqu’à"))
    verdict = models.CharField(_("avis"), max_length=12, choices=Verdict, blank=True)
    review_note = models.CharField(_("note"), max_length=500, blank=True)
    reviewed_at = models.DateTimeField(_("relu le"), null=True, editable=False)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("accès en urgence")
        verbose_name_plural = _("accès en urgence")
        ordering = ("-opened_at", "-pk")
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("opened_at")), name="emergency_times_in_order"),
            models.CheckConstraint(condition=~Q(justification=""), name="emergency_says_why"),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, verdict="") | (Q(reviewed_at__isnull=False) & ~Q(verdict="")),
                name="emergency_reviewed_with_a_verdict",
            ),
        ]
        indexes = [models.Index(fields=["practitioner", "until"], name="emergency_in_force")]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.patient} · {self.opened_at:%Y-%m-%d %H:%M}"
