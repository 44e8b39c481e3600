"""Demande (FHIR ServiceRequest): somebody is sent to, or asks for, an advanced consultation of a partner."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment
from coordination.models import Referral, Urgency
from core import clock
from partnerships.models.programme import AdvancedConsultation
from partnerships.models.request_letter import LetterTemplate
from patients.models import Patient
from patients.models.consent import Means
from practitioners.models import Practitioner, Profession


class RequestState(models.TextChoices):
    """Where the request stands. What follows what is `request_states.FOLLOWS`, held by a trigger too."""

    DRAFT = "draft", _("brouillon")
    RECEIVED = "received", _("à trier")
    ASKED = "asked", _("précision demandée")
    ACCEPTED = "accepted", _("en liste d’attente")
    INVITED = "invited", _("invité à choisir une place")
    BOOKED = "booked", _("rendez-vous pris")
    SEEN = "seen", _("vu, compte rendu attendu")
    CLOSED = "closed", _("terminée")
    REFUSED = "refused", _("refusée")
    REDIRECTED = "redirected", _("réorientée")
    WITHDRAWN = "withdrawn", _("retirée")


ENDED = (RequestState.CLOSED, RequestState.REFUSED, RequestState.REDIRECTED, RequestState.WITHDRAWN)
TO_TRIAGE = (RequestState.RECEIVED, RequestState.ASKED)
HELD = (RequestState.ACCEPTED, RequestState.INVITED, RequestState.BOOKED, RequestState.SEEN)
# One such request for one person and one programme: the visit is still to come.
AHEAD = (*TO_TRIAGE, RequestState.ACCEPTED, RequestState.INVITED, RequestState.BOOKED)
PRIORITIES = (
    (1, _("1 · sans délai")),
    (2, _("2 · rapide")),
    (3, _("3 · courante")),
    (4, _("4 · peut attendre")),
)


class RequestOrigin(models.TextChoices):
    HOUSE = "house", _("un professionnel de la maison")
    OUTSIDE = "outside", _("un médecin de l’extérieur")
    SELF = "self", _("la personne elle-même")


class ConsultationRequestQuerySet(models.QuerySet["ConsultationRequest"]):
    def open(self) -> ConsultationRequestQuerySet:
        return self.exclude(state__in=ENDED)

    def sent(self) -> ConsultationRequestQuerySet:
        return self.exclude(received_at=None)

    def to_triage(self) -> ConsultationRequestQuerySet:
        return self.filter(state__in=TO_TRIAGE)

    def with_people(self) -> ConsultationRequestQuerySet:
        return self.select_related(
            "patient",
            "programme__partner",
            "programme__triage_by",
            "requester__profession",
            "requester_profession",
            "owner",
        )


class ConsultationRequest(models.Model):
    """One request to one programme. Sent on to another, it ends and names what goes on."""

    programme = models.ForeignKey(
        AdvancedConsultation,
        verbose_name=_("consultation avancée"),
        on_delete=models.PROTECT,
        related_name="requests",
    )
    patient = models.ForeignKey(
        Patient,
        verbose_name=_("patient"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consultation_requests",
    )
    origin = models.CharField(_("demandée par"), max_length=7, choices=RequestOrigin)
    requester = models.ForeignKey(
        Practitioner,
        verbose_name=_("adressée par"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consultation_requests",
    )
    requester_profession = models.ForeignKey(
        Profession,
        verbose_name=_("profession de qui adresse"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("écrite par"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # Who has to act now. Nobody only once it has ended.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entre les mains de"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consultation_requests_owned",
    )

    template = models.ForeignKey(
        LetterTemplate,
        verbose_name=_("modèle de lettre"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="requests",
    )
    question = models.TextField(_("ce qui est demandé"), max_length=2000, blank=True)
    facts = models.TextField(_("ce qu’il faut savoir de la personne"), max_length=4000, blank=True)
    urgency = models.CharField(_("urgence"), max_length=10, choices=Urgency, default=Urgency.ROUTINE)
    consent_means = models.CharField(_("accord recueilli"), max_length=10, choices=Means, blank=True)
    consent_on = models.DateField(_("accord donné le"), null=True, blank=True)

    priority = models.PositiveSmallIntegerField(_("priorité"), choices=PRIORITIES, null=True, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=RequestState, default=RequestState.DRAFT)
    state_since = models.DateTimeField(_("dans cet état depuis"), default=clock.now)
    created_at = models.DateTimeField(_("écrite le"), default=clock.now, editable=False)
    received_at = models.DateTimeField(_("reçue le"), null=True, blank=True)
    # The coordinator has it on the list of what nobody has answered, since then.
    escalated_at = models.DateTimeField(_("signalée à la coordination le"), null=True, blank=True)

    appointment = models.OneToOneField(
        Appointment,
        verbose_name=_("rendez-vous"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consultation_request",
    )
    redirected_to = models.OneToOneField(
        "self",
        verbose_name=_("réorientée vers"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="redirected_from",
    )
    referral = models.OneToOneField(
        Referral,
        verbose_name=_("continuée par l’adressage"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consultation_request",
    )

    objects = ConsultationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande de consultation avancée")
        verbose_name_plural = _("demandes de consultation avancée")
        ordering = ("-created_at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=ENDED) | Q(owner__isnull=False),
                name="request_open_has_an_owner",
                violation_error_message=_("Une demande ouverte est entre les mains de quelqu’un."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[RequestState.DRAFT, RequestState.WITHDRAWN])
                | Q(received_at__isnull=False, consent_on__isnull=False),
                name="request_sent_with_consent",
                violation_error_message=_("Notez l’accord de la personne avant d’envoyer la demande."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=HELD) | Q(patient__isnull=False, priority__isnull=False),
                name="request_accepted_is_somebody_s",
                violation_error_message=_("Une demande acceptée a un patient et une priorité."),
            ),
            models.CheckConstraint(
                condition=Q(priority=None) | Q(priority__range=(1, 4)),
                name="request_priority_in_range",
                violation_error_message=_("La priorité va de 1 à 4."),
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.BOOKED) | Q(appointment__isnull=False),
                name="request_booked_has_a_visit",
                violation_error_message=_("Une demande planifiée a un rendez-vous."),
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.REDIRECTED)
                & (
                    Q(redirected_to__isnull=False, referral=None)
                    | Q(redirected_to=None, referral__isnull=False)
                )
                | (~Q(state=RequestState.REDIRECTED) & Q(redirected_to=None, referral=None)),
                name="request_redirected_goes_on",
                violation_error_message=_("Une demande réorientée nomme celle qui la continue."),
            ),
            models.CheckConstraint(
                condition=~Q(origin=RequestOrigin.HOUSE) | Q(requester__isnull=False, patient__isnull=False),
                name="request_of_the_house_has_a_requester",
                violation_error_message=_("Une demande de la maison dit qui adresse, et qui."),
            ),
            models.UniqueConstraint(
                fields=["patient", "programme"],
                condition=Q(state__in=AHEAD),
                name="request_once_per_patient_and_programme",
                violation_error_message=_(
                    "Une demande est déjà en cours pour cette personne et cette consultation."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "state", "priority"], name="request_by_programme"),
            models.Index(fields=["patient", "-created_at"], name="request_by_patient"),
            models.Index(fields=["requester", "state"], name="request_by_requester"),
            models.Index(fields=["owner", "state"], name="request_by_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} · {self.created_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def is_draft(self) -> bool:
        return self.state == RequestState.DRAFT
