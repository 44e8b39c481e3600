"""Compte rendu: what comes back after the visit, to who asked and into the record. Written once, never overwritten."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.models import Document
from core import clock
from partnerships.models.request import ConsultationRequest
from practitioners.models import Practitioner

if TYPE_CHECKING:
    from partnerships.models.letter_delivery import LetterDelivery


class LetterMeans(models.TextChoices):
    WRITTEN = "written", _("écrit ici")
    UPLOADED = "uploaded", _("déposé par le partenaire")
    SECURE_MAIL = "secure", _("reçu par messagerie sécurisée")


class NextStep(models.TextChoices):
    NONE = "none", _("pas de nouveau rendez-vous prévu")
    FOLLOW_UP = "follow_up", _("à revoir ici")
    REFERRER = "referrer", _("suite chez qui a adressé")


class ReturnLetterQuerySet(models.QuerySet["ReturnLetter"]):
    def arrived(self) -> ReturnLetterQuerySet:
        """Words are read at once, a file once it was checked."""
        return self.exclude(arrived_at=None)

    def with_people(self) -> ReturnLetterQuerySet:
        return self.select_related(
            "request__patient",
            "request__programme__partner",
            "request__requester__profession",
            "request__appointment",
            "author__profession",
            "document__upload",
            "written_by",
        )


class ReturnLetter(models.Model):
    """FHIR Composition. Its words are here, or in a document of the record. More may follow: each is a row."""

    request = models.ForeignKey(
        ConsultationRequest, verbose_name=_("demande"), on_delete=models.CASCADE, related_name="letters"
    )
    means = models.CharField(_("arrivé"), max_length=8, choices=LetterMeans)
    author = models.ForeignKey(
        Practitioner, verbose_name=_("de"), on_delete=models.PROTECT, related_name="return_letters"
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("enregistré par"), on_delete=models.PROTECT, related_name="+"
    )
    dated_on = models.DateField(_("date du compte rendu"), default=clock.today)
    conclusion = models.TextField(_("ce qui a été constaté"), max_length=6000, blank=True)
    advice = models.TextField(_("ce qui est proposé"), max_length=3000, blank=True)
    next_step = models.CharField(_("ensuite"), max_length=10, choices=NextStep, default=NextStep.NONE)
    document = models.OneToOneField(
        Document,
        verbose_name=_("document"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="return_letter",
    )
    created_at = models.DateTimeField(_("enregistré le"), default=clock.now, editable=False)
    arrived_at = models.DateTimeField(_("arrivé le"), null=True, blank=True)
    shared_at = models.DateTimeField(_("partagé avec le patient le"), null=True, blank=True)
    read_at = models.DateTimeField(_("lu par qui a adressé le"), null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # To a doctor of outside, who reads nothing here: who sent it to him by secure mail, and when.
    passed_on_at = models.DateTimeField(_("transmis le"), null=True, blank=True)
    passed_on_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = ReturnLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("compte rendu")
        verbose_name_plural = _("comptes rendus")
        ordering = ("-created_at", "-pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(means=LetterMeans.WRITTEN, document=None) & ~Q(conclusion=""))
                | (~Q(means=LetterMeans.WRITTEN) & Q(document__isnull=False)),
                name="return_letter_is_words_or_a_file",
                violation_error_message=_("Un compte rendu est écrit ici, ou c’est un fichier."),
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(arrived_at=None), name="return_letter_in_check")
        ]

    def __str__(self) -> str:
        return f"{self.request} · {self.dated_on:%Y-%m-%d}"

    @property
    def is_words(self) -> bool:
        return self.document_id is None

    @property
    def delivery(self) -> LetterDelivery | None:
        """The link by which who asked from outside reads it, for who prefetched `deliveries`."""
        return next((one for one in self.deliveries.all() if one.revoked_at is None), None)

    @property
    def waits_for_sending(self) -> bool:
        """Who asked has no account here: he has not opened it, and nobody has said that it was sent otherwise."""
        return self.arrived_at is not None and self.passed_on_at is None and self.request.origin == "outside"
