"""One absence, all the patients it touches, and what is proposed to each before anybody is told."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models.absence import Absence
from appointments.models.appointment import Appointment
from appointments.models.offer import SlotOffer
from appointments.models.reason import VisitReason
from appointments.models.waiting import WaitingRequest
from core import clock
from practitioners.models import Practitioner


class Step(models.TextChoices):
    """What can be done for a patient whose time is gone, in an order that the staff choose."""

    SAME = "same", _("une autre heure avec le même professionnel")
    OTHER = "other", _("une heure avec un autre professionnel")
    WAIT = "wait", _("la liste d’attente, en priorité")
    CALL = "call", _("un appel du secrétariat")


class Cascade(models.Model):
    """The plan for one absence. Lines are drafts until somebody confirms; nothing leaves before."""

    absence = models.OneToOneField(
        Absence, on_delete=models.SET_NULL, null=True, related_name="cascade", verbose_name=_("absence")
    )
    practitioner = models.ForeignKey(
        Practitioner, verbose_name=_("professionnel"), on_delete=models.CASCADE, related_name="cascades"
    )
    steps = ArrayField(models.CharField(max_length=5, choices=Step), verbose_name=_("dans cet ordre"))
    within_days = models.PositiveSmallIntegerField(
        _("en cherchant sur (jours)"),
        default=21,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=clock.now)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("confirmé le"), null=True)
    leaves_at = models.DateTimeField(_("les messages partent à"), null=True)

    class Meta:
        verbose_name = _("replacement d’une absence")
        verbose_name_plural = _("replacements d’absences")

    def __str__(self) -> str:
        return f"{self.practitioner} · {clock.local(self.made_at):%d/%m/%Y}"


class CascadeLine(models.Model):
    """What one patient gets. Once sent, what became of it is read from the offer, the request and the visit."""

    cascade = models.ForeignKey(Cascade, on_delete=models.CASCADE, related_name="lines")
    appointment = models.ForeignKey(
        Appointment, verbose_name=_("rendez-vous"), on_delete=models.CASCADE, related_name="cascade_lines"
    )
    step = models.CharField(_("proposition"), max_length=5, choices=Step)
    reason = models.ForeignKey(VisitReason, on_delete=models.PROTECT, null=True, related_name="+")
    start_at = models.DateTimeField(_("heure proposée"), null=True)
    was_taken = models.BooleanField(_("prise entre-temps"), default=False)
    by_hand = models.BooleanField(_("choisie par l’équipe"), default=False)
    sent_at = models.DateTimeField(_("envoyée le"), null=True)
    offer = models.ForeignKey(SlotOffer, on_delete=models.SET_NULL, null=True, related_name="+")
    request = models.ForeignKey(WaitingRequest, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("patient à replacer")
        verbose_name_plural = _("patients à replacer")
        constraints = [
            models.UniqueConstraint(fields=["cascade", "appointment"], name="cascade_line_once"),
            models.UniqueConstraint(
                fields=["reason", "start_at"],
                condition=Q(sent_at=None, start_at__isnull=False),
                name="cascade_line_own_time",
                violation_error_message=_("Cette heure est déjà prévue pour un autre patient."),
            ),
            models.CheckConstraint(
                condition=Q(step__in=[Step.SAME, Step.OTHER], start_at__isnull=False, reason__isnull=False)
                | Q(step__in=[Step.WAIT, Step.CALL], start_at=None, reason=None),
                name="cascade_line_offers_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.appointment} → {self.get_step_display()}"
