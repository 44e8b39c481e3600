"""Demande d’avis (FHIR ServiceRequest): a professional asks a remote doctor for an opinion, without the patient."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment
from coordination.models import Task, Urgency
from core import clock
from patients.models import Patient
from patients.models.consent import Means
from practitioners.models import Practitioner
from teleconsult.models.expertise_pool import ExpertPool, Speciality
from teleconsult.models.expertise_rules import ExpertiseConsentText


class ExpertiseState(models.TextChoices):
    """Where the request stands. What follows what is `expertise_states.FOLLOWS`, held by a trigger too."""

    DRAFT = "draft", _("brouillon")
    SENT = "sent", _("envoyée")
    CLAIMED = "claimed", _("prise en charge")
    ASKED = "asked", _("précision demandée")
    ANSWERED = "answered", _("avis à lire")
    CONVERTED = "converted", _("rendez-vous à prendre")
    DECLINED = "declined", _("déclinée")
    WITHDRAWN = "withdrawn", _("retirée")
    CLOSED = "closed", _("terminée")


ENDED = (ExpertiseState.WITHDRAWN, ExpertiseState.CLOSED)
# Nobody has been asked yet.
UNSENT = (ExpertiseState.DRAFT, ExpertiseState.WITHDRAWN)
# The deadline of the answer runs.
AWAITED = (ExpertiseState.SENT, ExpertiseState.CLAIMED)
HELD = (ExpertiseState.CLAIMED, ExpertiseState.ASKED, ExpertiseState.ANSWERED)


class ExpertiseLevel(models.TextChoices):
    """To whom it has come: each deadline that passes is one step further."""

    EXPERT = "expert", _("l’expert choisi")
    POOL = "pool", _("tous les experts de la spécialité")
    APPOINTMENT = "appointment", _("un rendez-vous prioritaire")


class Conversion(models.TextChoices):
    VIDEO = "video", _("une téléconsultation")
    PRIORITY = "priority", _("un rendez-vous prioritaire")


class ExpertiseRequestQuerySet(models.QuerySet["ExpertiseRequest"]):
    def open(self) -> ExpertiseRequestQuerySet:
        return self.exclude(state__in=ENDED)

    def sent(self) -> ExpertiseRequestQuerySet:
        return self.exclude(sent_at=None)

    def with_people(self) -> ExpertiseRequestQuerySet:
        return self.select_related(
            "patient",
            "requester__profession",
            "requester__centre",
            "target__profession",
            "holder__profession",
            "pool__responsible",
            "written_by",
            "owner",
            "task__owner",
        )


class ExpertiseRequest(models.Model):
    """One question about one person, to one expert or to those of a speciality."""

    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="expertise_requests"
    )
    requester = models.ForeignKey(
        Practitioner,
        verbose_name=_("demandée par"),
        on_delete=models.PROTECT,
        related_name="expertise_asked",
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("écrite par"), on_delete=models.PROTECT, related_name="+"
    )
    speciality = models.CharField(_("spécialité"), max_length=15, choices=Speciality)
    pool = models.ForeignKey(
        ExpertPool,
        verbose_name=_("vivier d’experts"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
    )
    target = models.ForeignKey(
        Practitioner,
        verbose_name=_("expert choisi"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="expertise_named",
    )
    holder = models.ForeignKey(
        Practitioner,
        verbose_name=_("prise en charge par"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="expertise_held",
    )
    level = models.CharField(
        _("arrivée à"), max_length=11, choices=ExpertiseLevel, default=ExpertiseLevel.POOL
    )
    # Who has to act now. Nobody only once it has ended.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entre les mains de"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="expertise_owned",
    )

    question = models.TextField(_("question posée"), max_length=2000, blank=True)
    facts = models.TextField(_("à savoir de la personne"), max_length=4000, blank=True)
    urgency = models.CharField(_("urgence"), max_length=10, choices=Urgency, default=Urgency.ROUTINE)

    consent_means = models.CharField(_("accord recueilli"), max_length=10, choices=Means, blank=True)
    consent_on = models.DateField(_("accord donné le"), null=True, blank=True)
    consent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("accord noté par"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    consent_text = models.ForeignKey(
        ExpertiseConsentText,
        verbose_name=_("texte de l’accord"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    state = models.CharField(_("état"), max_length=10, choices=ExpertiseState, default=ExpertiseState.DRAFT)
    state_since = models.DateTimeField(_("dans cet état depuis"), default=clock.now)
    created_at = models.DateTimeField(_("écrite le"), default=clock.now, editable=False)
    saved_at = models.DateTimeField(_("brouillon gardé le"), default=clock.now, editable=False)
    sent_at = models.DateTimeField(_("envoyée le"), null=True, blank=True)
    answer_due_at = models.DateTimeField(_("avis attendu avant"), null=True, blank=True)
    answered_at = models.DateTimeField(_("avis rendu le"), null=True, blank=True)
    # The patient reads the answer in his space, since then.
    shared_at = models.DateTimeField(_("montrée au patient le"), null=True, blank=True)
    # The coordinator has it on the list of what nobody answers, since then.
    escalated_at = models.DateTimeField(_("signalée à la coordination le"), null=True, blank=True)

    conversion = models.CharField(_("transformée en"), max_length=8, choices=Conversion, blank=True)
    task = models.ForeignKey(
        Task, verbose_name=_("tâche"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    appointment = models.ForeignKey(
        Appointment,
        verbose_name=_("rendez-vous"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="expertise_requests",
    )

    objects = ExpertiseRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande d’avis")
        verbose_name_plural = _("demandes d’avis")
        ordering = ("-created_at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=ENDED) | Q(owner__isnull=False),
                name="expertise_open_has_an_owner",
                violation_error_message=_("Une demande ouverte est entre les mains de quelqu’un."),
            ),
            models.CheckConstraint(
                condition=Q(pool__isnull=False) | Q(target__isnull=False),
                name="expertise_has_an_addressee",
                violation_error_message=_("Choisissez un expert ou une spécialité."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNSENT)
                | Q(
                    sent_at__isnull=False,
                    consent_on__isnull=False,
                    consent_by__isnull=False,
                    consent_text__isnull=False,
                ),
                name="expertise_sent_with_consent",
                violation_error_message=_("Notez l’accord de la personne avant d’envoyer la demande."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=HELD) | Q(holder__isnull=False),
                name="expertise_held_by_somebody",
                violation_error_message=_("Une demande prise en charge a un expert."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=AWAITED) | Q(answer_due_at__isnull=False),
                name="expertise_awaited_has_a_deadline",
                violation_error_message=_("Un avis attendu a une échéance."),
            ),
            models.CheckConstraint(
                condition=~Q(state=ExpertiseState.ANSWERED) | Q(answered_at__isnull=False),
                name="expertise_answered_has_a_date",
                violation_error_message=_("Un avis rendu porte sa date."),
            ),
            models.CheckConstraint(
                condition=~Q(state=ExpertiseState.CONVERTED) | ~Q(conversion=""),
                name="expertise_converted_into_something",
                violation_error_message=_("Dites en quoi la demande est transformée."),
            ),
            models.CheckConstraint(
                condition=Q(target=None) | ~Q(target=models.F("requester")),
                name="expertise_of_somebody_else",
                violation_error_message=_("On ne se demande pas un avis à soi-même."),
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-created_at"], name="expertise_by_patient"),
            models.Index(fields=["requester", "state"], name="expertise_by_requester"),
            models.Index(fields=["holder", "state"], name="expertise_by_holder"),
            models.Index(fields=["target", "state"], name="expertise_by_target"),
            models.Index(fields=["pool", "state"], name="expertise_by_pool"),
            models.Index(fields=["owner", "state"], name="expertise_by_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.requester} → {self.addressee}"

    @property
    def addressee(self) -> str:
        """Who is asked, in words: the one who took it, else whom it has come to."""
        if self.holder is not None:
            return self.holder.display_name
        if self.level == ExpertiseLevel.EXPERT and self.target is not None:
            return self.target.display_name
        return str(self.pool or self.target or "")

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def is_draft(self) -> bool:
        return self.state == ExpertiseState.DRAFT
