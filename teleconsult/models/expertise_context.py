"""What an expert of a speciality wants to know each time: questions of the house, dated, and what was answered."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from teleconsult.models.expertise import ExpertiseRequest
from teleconsult.models.expertise_pool import Speciality


class QuestionKind(models.TextChoices):
    TEXT = "text", _("quelques mots")
    LONG = "long", _("quelques lignes")
    CHOICE = "choice", _("un choix")


class ContextQuestionQuerySet(models.QuerySet["ContextQuestion"]):
    def in_force(self, day: date | None = None) -> ContextQuestionQuerySet:
        day = day or clock.today()
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class ContextQuestion(models.Model):
    """Changed by ending one and adding another: what was answered keeps the words that were asked."""

    speciality = models.CharField(_("spécialité"), max_length=15, choices=Speciality)
    position = models.PositiveSmallIntegerField(_("rang"), default=100)
    label = models.CharField(_("question"), max_length=120)
    help = models.CharField(_("précision"), max_length=200, blank=True)
    kind = models.CharField(_("sorte"), max_length=6, choices=QuestionKind, default=QuestionKind.TEXT)
    choices = models.TextField(_("choix"), max_length=1000, blank=True, help_text=_("un par ligne"))
    is_required = models.BooleanField(_("attendue"), default=True)
    since = models.DateField(_("depuis le"), default=clock.today)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)

    objects = ContextQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question d’une spécialité")
        verbose_name_plural = _("questions des spécialités")
        ordering = ("speciality", "position", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind=QuestionKind.CHOICE) | ~Q(choices=""),
                name="context_question_has_choices",
                violation_error_message=_("Écrivez les choix, un par ligne."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="context_question_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def options(self) -> list[str]:
        return [line.strip() for line in self.choices.splitlines() if line.strip()]


class ContextAnswer(models.Model):
    request = models.ForeignKey(ExpertiseRequest, on_delete=models.CASCADE, related_name="context")
    question = models.ForeignKey(ContextQuestion, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("réponse"), max_length=1000)

    class Meta:
        verbose_name = _("réponse au contexte")
        verbose_name_plural = _("réponses au contexte")
        ordering = ("question__position", "question_id")
        constraints = [
            models.UniqueConstraint(fields=["request", "question"], name="context_answer_once_per_question")
        ]

    def __str__(self) -> str:
        return str(self.question)
