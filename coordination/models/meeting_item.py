"""What a meeting speaks about: a patient and a question, or a matter of the house."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.models.meeting import MeetingKind, TeamMeeting
from core import clock
from patients.models import Patient
from patients.models.consent import Means
from practitioners.models import Practitioner


class ItemState(models.TextChoices):
    WAITING = "waiting", _("à l’ordre du jour")
    BLOCKED = "blocked", _("bloqué : la personne s’y oppose")
    DISCUSSED = "discussed", _("discuté")
    WITHDRAWN = "withdrawn", _("retiré")


STANDING = (ItemState.WAITING, ItemState.BLOCKED, ItemState.DISCUSSED)


class MeetingItemQuerySet(models.QuerySet["MeetingItem"]):
    def standing(self) -> MeetingItemQuerySet:
        return self.filter(state__in=STANDING)

    def waiting(self) -> MeetingItemQuerySet:
        return self.filter(state=ItemState.WAITING)

    def with_people(self) -> MeetingItemQuerySet:
        return self.select_related("patient", "proposed_by").prefetch_related("wanted__profession")


class MeetingItem(models.Model):
    """Without a meeting it waits for the next date of its kind."""

    meeting = models.ForeignKey(
        TeamMeeting,
        verbose_name=_("réunion"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="items",
    )
    kind = models.CharField(
        _("pour"), max_length=12, choices=MeetingKind, default=MeetingKind.CONCERTATION, editable=False
    )
    patient = models.ForeignKey(
        Patient,
        verbose_name=_("patient"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meeting_items",
    )
    question = models.TextField(_("question posée à l’équipe"), max_length=2000)
    documents = models.CharField(_("à regarder ensemble"), max_length=400, blank=True)
    wanted = models.ManyToManyField(
        Practitioner, verbose_name=_("doit être là"), blank=True, related_name="+"
    )
    minutes = models.PositiveSmallIntegerField(
        _("durée (minutes)"), default=10, validators=[MinValueValidator(1), MaxValueValidator(120)]
    )
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    state = models.CharField(_("état"), max_length=10, choices=ItemState, default=ItemState.WAITING)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    proposed_at = models.DateTimeField(_("inscrit le"), default=clock.now, editable=False)
    informed_at = models.DateTimeField(_("patient prévenu le"), null=True, blank=True, editable=False)
    opposed_at = models.DateTimeField(_("opposition le"), null=True, blank=True, editable=False)
    opposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    objects = MeetingItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("point à l’ordre du jour")
        verbose_name_plural = _("points à l’ordre du jour")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ItemState.BLOCKED) | Q(opposed_at__isnull=False),
                name="meeting_item_blocked_by_somebody",
                violation_error_message=_("Un point bloqué porte la date de l’opposition."),
            ),
        ]
        indexes = [models.Index(fields=["patient", "-proposed_at"], name="meeting_item_by_patient")]

    def __str__(self) -> str:
        return f"{self.patient or self.question[:40]}"

    @property
    def is_blocked(self) -> bool:
        return self.state == ItemState.BLOCKED


class ItemConsentQuerySet(models.QuerySet["ItemConsent"]):
    def in_force(self) -> ItemConsentQuerySet:
        return self.filter(withdrawn_at=None)


class ItemConsent(models.Model):
    """The patient agrees that somebody from outside the house takes part in what is said of him, this once."""

    item = models.ForeignKey(MeetingItem, on_delete=models.CASCADE, related_name="consents")
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel extérieur"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    means = models.CharField(_("recueilli"), max_length=10, choices=Means)
    given_on = models.DateField(_("le"), default=clock.today)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("noté par"), on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("noté le"), default=clock.now, editable=False)
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    objects = ItemConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("accord pour un participant extérieur")
        verbose_name_plural = _("accords pour des participants extérieurs")
        constraints = [
            models.UniqueConstraint(
                fields=["item", "practitioner"],
                condition=Q(withdrawn_at=None),
                name="item_consent_once_in_force",
                violation_error_message=_("C’est déjà noté."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.practitioner}"
