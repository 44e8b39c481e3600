"""Somebody who came without an appointment: waits beside the schedule until called, seen, gone or sent elsewhere."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models.appointment import Appointment
from core import clock
from patients.models import Patient
from practitioners.models import Place, Practitioner, Profession


class WalkInState(models.TextChoices):
    WAITING = "waiting", _("attend")
    CALLED = "called", _("appelé")
    SEEN = "seen", _("reçu")
    LEFT = "left", _("parti sans être reçu")
    REDIRECTED = "redirected", _("orienté ailleurs")


OPEN_STATES = (WalkInState.WAITING, WalkInState.CALLED)


class WalkInQuerySet(models.QuerySet["WalkIn"]):
    def queue(self) -> WalkInQuerySet:
        """Who waits now, in the order of the queue: it ends with its day."""
        return self.filter(day=clock.today(), state__in=OPEN_STATES).order_by("position", "pk")


class WalkIn(models.Model):
    """A first name is enough to wait; to be seen takes a record."""

    place = models.ForeignKey(Place, verbose_name=_("lieu"), on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("jour"), default=clock.today)
    position = models.PositiveIntegerField(_("rang"))
    profession = models.ForeignKey(
        Profession,
        verbose_name=_("profession demandée"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel demandé"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.CASCADE, null=True, related_name="walk_ins"
    )
    first_name = models.CharField(_("prénom"), max_length=60)
    note = models.CharField(_("note pour l’équipe"), max_length=200, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=WalkInState, default=WalkInState.WAITING)
    arrived_at = models.DateTimeField(_("arrivé à"), default=clock.now)
    called_at = models.DateTimeField(_("appelé à"), null=True)
    ended_at = models.DateTimeField(_("terminé à"), null=True)
    appointment = models.OneToOneField(
        Appointment, on_delete=models.SET_NULL, null=True, related_name="walk_in"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )

    objects = WalkInQuerySet.as_manager()

    class Meta:
        verbose_name = _("venue sans rendez-vous")
        verbose_name_plural = _("venues sans rendez-vous")
        constraints = [
            models.CheckConstraint(
                condition=Q(profession__isnull=False) | Q(practitioner__isnull=False),
                name="walk_in_wants_somebody",
                violation_error_message=_("Indiquez une profession ou un professionnel."),
            ),
            models.CheckConstraint(
                condition=~Q(first_name=""),
                name="walk_in_has_a_name",
                violation_error_message=_("Indiquez un prénom."),
            ),
        ]
        indexes = [models.Index(fields=["day", "state"], name="walk_in_queue")]

    def __str__(self) -> str:
        return f"{self.first_name} · {self.day:%d/%m/%Y}"

    @property
    def name(self) -> str:
        return self.patient.display_name if self.patient else self.first_name

    @property
    def wanted(self) -> str:
        return self.practitioner.display_name if self.practitioner else str(self.profession or "")

    @property
    def minutes(self) -> int:
        """How long he waits, or waited until he was called."""
        return max(0, int(((self.called_at or clock.now()) - self.arrived_at).total_seconds()) // 60)
