"""Who did or read what, when and why. Rows are added, never changed: a trigger refuses UPDATE and DELETE."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


class AuditEvent(models.Model):
    """One line of the trail. Subjects are named by room and key, so that the ground knows no room."""

    at = models.DateTimeField(_("date"), default=clock.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("auteur"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    actor_label = models.CharField(
        _("auteur en toutes lettres"),
        max_length=200,
        help_text=_("« système » quand personne n’agit"),
    )
    action = models.CharField(_("action"), max_length=60)
    subject_type = models.CharField(_("nature"), max_length=60)
    subject_id = models.BigIntegerField(_("identifiant"), null=True)
    patient_id = models.BigIntegerField(_("patient concerné"), null=True)
    reason = models.CharField(_("motif"), max_length=300, blank=True)
    detail = models.JSONField(_("détail"), default=dict)

    class Meta:
        verbose_name = _("trace")
        verbose_name_plural = _("traces")
        ordering = ("at", "pk")
        indexes = [
            models.Index(fields=["patient_id", "-at"], name="audit_by_patient"),
            models.Index(fields=["subject_type", "subject_id", "at"], name="audit_by_subject"),
            models.Index(fields=["at"], name="audit_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label} {self.action} {self.subject_type}"


class AuditSeal(models.Model):
    """A stretch of the trail, closed: its lines can no longer be changed, added to or taken from unseen.

    Each seal carries the digest of the one before: the seals of a day, and the days, form one chain.
    """

    day = models.DateField(_("jour"))
    number = models.PositiveIntegerField(_("rang dans le jour"))
    since = models.DateTimeField(_("depuis"), null=True, help_text=_("vide pour le tout premier"))
    until = models.DateTimeField(_("jusqu’à"), unique=True)
    events = models.PositiveIntegerField(_("nombre de traces"))
    previous_digest = models.CharField(_("empreinte précédente"), max_length=64, blank=True)
    digest = models.CharField(_("empreinte"), max_length=64)
    sealed_at = models.DateTimeField(_("scellé le"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("scellé")
        verbose_name_plural = _("scellés")
        ordering = ("until",)
        constraints = [
            models.UniqueConstraint(fields=["day", "number"], name="audit_seal_once_a_day_and_number"),
            models.CheckConstraint(
                condition=models.Q(since=None) | models.Q(until__gt=models.F("since")),
                name="audit_seal_times_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} n° {self.number} {self.digest[:12]}"
