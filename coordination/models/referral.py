"""Adressage (FHIR ServiceRequest): a professional asks another of the house, or a profession of it, for care."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.models import AppointmentSeries, SeriesInvitation
from appointments.models.series import MOST_SESSIONS
from core import clock
from patients.models import Patient
from practitioners.models import Practitioner, Profession


class ReferralState(models.TextChoices):
    """Where the request stands. What follows what is `coordination.referral_states.FOLLOWS`, held by a trigger too."""

    DRAFT = "draft", _("brouillon")
    SENT = "sent", _("envoyé")
    ASKED = "asked", _("précision demandée")
    ACCEPTED = "accepted", _("accepté, à planifier")
    SCHEDULED = "scheduled", _("planifié")
    UNDER_WAY = "under-way", _("en cours")
    COMPLETED = "completed", _("bilan à lire")
    REFUSED = "refused", _("refusé")
    REDIRECTED = "redirected", _("réorienté")
    WITHDRAWN = "withdrawn", _("retiré")
    CLOSED = "closed", _("terminé")


ENDED = (ReferralState.REDIRECTED, ReferralState.WITHDRAWN, ReferralState.CLOSED)
UNANSWERED = (ReferralState.DRAFT, ReferralState.SENT, ReferralState.ASKED)
HELD = (
    ReferralState.ACCEPTED,
    ReferralState.SCHEDULED,
    ReferralState.UNDER_WAY,
    ReferralState.COMPLETED,
)


class TargetKind(models.TextChoices):
    """To whom it is sent. What comes from outside the house (a partner's programme) is a kind of its own."""

    PRACTITIONER = "practitioner", _("un professionnel")
    PROFESSION = "profession", _("une profession de la maison")


class Urgency(models.TextChoices):
    """FHIR RequestPriority, as the house says it."""

    ROUTINE = "routine", _("sans urgence")
    SOON = "soon", _("bientôt")
    URGENT = "urgent", _("urgent")


class Expected(models.TextChoices):
    REPORT = "report", _("un bilan à la fin")
    OPINION = "opinion", _("un avis")
    NOTHING = "nothing", _("aucun retour")


class ReferralQuerySet(models.QuerySet["Referral"]):
    def open(self) -> ReferralQuerySet:
        return self.exclude(state__in=ENDED)

    def with_people(self) -> ReferralQuerySet:
        return self.select_related(
            "patient",
            "requester__profession",
            "target__profession",
            "holder__profession",
            "profession",
            "series",
            "invitation",
        )


class Referral(models.Model):
    """One request to one target. Sent on to somebody else, it ends and names the request that goes on."""

    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="referrals"
    )
    requester = models.ForeignKey(
        Practitioner,
        verbose_name=_("adressé par"),
        on_delete=models.PROTECT,
        related_name="referrals_sent",
    )
    target_kind = models.CharField(_("à qui"), max_length=15, choices=TargetKind)
    target = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="referrals_received",
    )
    profession = models.ForeignKey(
        Profession,
        verbose_name=_("profession"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    holder = models.ForeignKey(
        Practitioner,
        verbose_name=_("pris en charge par"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="referrals_held",
    )

    subject = models.CharField(_("objet"), max_length=200)
    context = models.TextField(_("contexte clinique"), max_length=4000, blank=True)
    sessions = models.PositiveSmallIntegerField(_("séances demandées"), null=True, blank=True)
    urgency = models.CharField(_("urgence"), max_length=10, choices=Urgency, default=Urgency.ROUTINE)
    expected = models.CharField(_("retour attendu"), max_length=10, choices=Expected, default=Expected.REPORT)

    state = models.CharField(_("état"), max_length=10, choices=ReferralState, default=ReferralState.DRAFT)
    state_since = models.DateTimeField(_("dans cet état depuis"), default=clock.now)
    created_at = models.DateTimeField(_("écrit le"), default=clock.now, editable=False)
    sent_at = models.DateTimeField(_("envoyé le"), null=True, blank=True)
    # The coordinator has it on the list of what nobody answers, since then.
    escalated_at = models.DateTimeField(_("signalé à la coordination le"), null=True, blank=True)

    renews = models.ForeignKey(
        "self",
        verbose_name=_("renouvelle"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewals",
    )
    redirected_to = models.OneToOneField(
        "self",
        verbose_name=_("réorienté vers"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="redirected_from",
    )
    invitation = models.OneToOneField(
        SeriesInvitation,
        verbose_name=_("invitation à réserver"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="referral",
    )
    series = models.ForeignKey(
        AppointmentSeries,
        verbose_name=_("séances"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="referrals",
    )

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("adressage")
        verbose_name_plural = _("adressages")
        ordering = ("-created_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(target_kind=TargetKind.PRACTITIONER, target__isnull=False, profession=None)
                | Q(target_kind=TargetKind.PROFESSION, target=None, profession__isnull=False),
                name="referral_has_one_target",
                violation_error_message=_("Choisissez un professionnel ou une profession, pas les deux."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=HELD, holder__isnull=False)
                | Q(state__in=UNANSWERED, holder=None)
                | Q(state__in=[*ENDED, ReferralState.REFUSED]),
                name="referral_held_once_accepted",
                violation_error_message=_("Un adressage accepté a un professionnel qui le prend en charge."),
            ),
            models.CheckConstraint(
                condition=Q(state=ReferralState.REDIRECTED, redirected_to__isnull=False)
                | (~Q(state=ReferralState.REDIRECTED) & Q(redirected_to=None)),
                name="referral_redirected_goes_on",
                violation_error_message=_("Un adressage réorienté nomme celui qui le continue."),
            ),
            models.CheckConstraint(
                condition=Q(state=ReferralState.DRAFT, sent_at=None)
                | Q(state=ReferralState.WITHDRAWN)
                | (~Q(state=ReferralState.DRAFT) & Q(sent_at__isnull=False)),
                name="referral_sent_has_a_date",
                violation_error_message=_("Un adressage envoyé porte la date de son envoi."),
            ),
            models.CheckConstraint(
                condition=Q(sessions=None) | Q(sessions__range=(1, MOST_SESSIONS)),
                name="referral_sessions_in_range",
                violation_error_message=_("Demandez de 1 à 60 séances."),
            ),
            models.CheckConstraint(
                condition=Q(target=None) | ~Q(target=models.F("requester")),
                name="referral_to_somebody_else",
                violation_error_message=_("On ne s’adresse pas un patient à soi-même."),
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-created_at"], name="referral_by_patient"),
            models.Index(fields=["target", "state"], name="referral_by_target"),
            models.Index(fields=["requester", "state"], name="referral_by_requester"),
            models.Index(fields=["holder", "state"], name="referral_by_holder"),
            models.Index(
                fields=["escalated_at"],
                condition=Q(escalated_at__isnull=False),
                name="referral_escalated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requester} → {self.addressee}"

    @property
    def addressee(self) -> str:
        """Who is asked, in words: the one who took it, else the target."""
        if self.holder is not None:
            return self.holder.display_name
        if self.target is not None:
            return self.target.display_name
        return self.profession.plural_name if self.profession is not None else ""

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def sessions_to_book(self) -> int:
        return self.sessions or 1
