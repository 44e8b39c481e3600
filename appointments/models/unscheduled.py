"""Unscheduled care: when the day's pool opens, to whom first, what the team decided by hand, what is asked before."""

from __future__ import annotations

from datetime import time
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.opening import Opening
from core import clock
from practitioners.models import Centre, Profession


class UnscheduledRelease(models.Model):
    """« À 8 h, les créneaux d'avant 13 h, d'abord pour nos patients jusqu'à 9 h »: one line of a profession's day."""

    centre = models.ForeignKey(
        Centre, verbose_name=_("maison"), on_delete=models.CASCADE, related_name="unscheduled_releases"
    )
    profession = models.ForeignKey(
        Profession, verbose_name=_("profession"), on_delete=models.CASCADE, related_name="+"
    )
    at = models.TimeField(_("ouverts à"))
    before = models.TimeField(
        _("créneaux d’avant"), null=True, blank=True, help_text=_("Vide : toute la journée.")
    )
    everyone_at = models.TimeField(
        _("pour tout le monde à"),
        null=True,
        blank=True,
        help_text=_("Avant, pour les patients de la maison seulement. Vide : tout de suite."),
    )

    class Meta:
        verbose_name = _("ouverture des soins non programmés")
        verbose_name_plural = _("ouvertures des soins non programmés")
        ordering = ("profession", "at")
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "profession", "at"],
                name="unscheduled_release_once",
                violation_error_message=_("Une ouverture existe déjà à cette heure."),
            ),
            models.CheckConstraint(
                condition=Q(everyone_at=None) | Q(everyone_at__gte=F("at")),
                name="unscheduled_release_house_first",
                violation_error_message=_("L’heure pour tout le monde ne peut pas précéder l’ouverture."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profession} · {self.at:%H:%M}"

    def covers(self, starts: time) -> bool:
        return self.before is None or starts < self.before

    def opens_at(self, *, known: bool) -> time:
        return self.at if known or self.everyone_at is None else self.everyone_at


class Decision(models.TextChoices):
    RELEASED = "released", _("ouverts à tous dès maintenant")
    WITHHELD = "withheld", _("gardés par l’équipe")


class PoolDecision(models.Model):
    """The team overrules the hours for one opening; without a row the hours hold."""

    opening = models.OneToOneField(Opening, on_delete=models.CASCADE, related_name="pool_decision")
    decision = models.CharField(_("décision"), max_length=10, choices=Decision)
    at = models.DateTimeField(_("le"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )

    class Meta:
        verbose_name = _("décision sur les soins non programmés")
        verbose_name_plural = _("décisions sur les soins non programmés")

    def __str__(self) -> str:
        return f"{self.opening} · {self.get_decision_display()}"


class SafetyQuestionQuerySet(models.QuerySet["SafetyQuestion"]):
    def in_use(self) -> SafetyQuestionQuerySet:
        """Only what a doctor of the house has validated is asked."""
        return self.filter(is_active=True, validated_on__isnull=False)


class SafetyQuestion(models.Model):
    """Asked before a same-day time is shown: one « oui » leads to the 15. Answers are never kept."""

    text = models.CharField(_("question"), max_length=200, unique=True)
    position = models.PositiveSmallIntegerField(_("ordre"), default=100)
    validated_by = models.CharField(_("texte validé par"), max_length=120, blank=True)
    validated_on = models.DateField(_("validé le"), null=True, blank=True)
    is_active = models.BooleanField(_("posée"), default=True)

    objects = SafetyQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question de sécurité")
        verbose_name_plural = _("questions de sécurité")
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(validated_on=None) | ~Q(validated_by=""),
                name="safety_question_validated_by_somebody",
                violation_error_message=_("Indiquez qui a validé ce texte."),
            )
        ]

    def __str__(self) -> str:
        return self.text


class Asked(NamedTuple):
    position: int
    text: str


# What a new house finds to read, change and validate (migration 0019); nothing is asked before a doctor has.
FIRST_QUESTIONS = (
    Asked(10, "Avez-vous une douleur forte dans la poitrine ?"),
    Asked(20, "Avez-vous du mal à respirer ?"),
    Asked(
        30, "Un bras, une jambe ou le visage est-il devenu faible d’un coup, ou avez-vous du mal à parler ?"
    ),
    Asked(40, "La personne est-elle très confuse, évanouie ou difficile à réveiller ?"),
    Asked(50, "Y a-t-il un saignement qui ne s’arrête pas ?"),
    Asked(60, "Est-ce un bébé de moins de 3 mois qui a de la fièvre ?"),
    Asked(70, "Pensez-vous à vous faire du mal ?"),
)
