"""The dated contract with a partner: what for, how much of it, until when. A renewal is a new version."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from core import clock
from partnerships.models.partner import Partner
from practitioners.models import Profession

# The alert leaves so many months before the end, once each.
ALERT_MONTHS = (6, 3, 1)


class AgreementState(models.TextChoices):
    """Read from the dates, never stored: what is true on a day."""

    DRAFT = "draft", _("en préparation")
    COMING = "coming", _("à venir")
    IN_FORCE = "in_force", _("en vigueur")
    SUSPENDED = "suspended", _("suspendue")
    EXPIRED = "expired", _("expirée")
    ENDED = "ended", _("dénoncée")


class AgreementQuerySet(models.QuerySet["Agreement"]):
    def in_force(self, day: date | None = None) -> AgreementQuerySet:
        """Signed, begun, not over and not suspended."""
        day = day or clock.today()
        suspended = AgreementSuspension.objects.filter(agreement=OuterRef("pk")).on(day)
        return self.filter(
            ~Exists(suspended),
            Q(ended_on=None) | Q(ended_on__gte=day),
            signed_on__isnull=False,
            starts_on__lte=day,
            ends_on__gte=day,
        )

    def last_versions(self) -> AgreementQuerySet:
        """Without those that a newer version follows."""
        return self.filter(renewed_by=None)


class Agreement(models.Model):
    """What an expired one blocks is new sessions: never the visit of somebody who is already expected."""

    partner = models.ForeignKey(
        Partner, verbose_name=_("partenaire"), on_delete=models.PROTECT, related_name="agreements"
    )
    title = models.CharField(_("objet"), max_length=200)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    renews = models.OneToOneField(
        "self",
        verbose_name=_("renouvelle"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="renewed_by",
    )
    professions = models.ManyToManyField(
        Profession, verbose_name=_("spécialités"), blank=True, related_name="+"
    )
    starts_on = models.DateField(_("à partir du"))
    ends_on = models.DateField(_("jusqu’au"))
    notice_months = models.PositiveSmallIntegerField(
        _("préavis (mois)"), default=3, validators=[MaxValueValidator(24)]
    )
    signed_on = models.DateField(_("signée le"), null=True, blank=True)
    half_days_per_month = models.DecimalField(
        _("demi-journées par mois"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    seats_per_month = models.PositiveSmallIntegerField(_("places par mois"), null=True, blank=True)
    funding = models.CharField(
        _("ligne de financement"),
        max_length=200,
        blank=True,
        help_text=_("Qui paie quoi : « temps médical à la charge de l’EPSM, salle prêtée par la maison »."),
    )
    note = models.TextField(_("clauses à retenir"), max_length=2000, blank=True)
    ended_on = models.DateField(_("dénoncée : dernier jour"), null=True, blank=True, editable=False)
    end_reason = models.CharField(_("pourquoi"), max_length=300, blank=True, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("convention")
        verbose_name_plural = _("conventions")
        ordering = ("ends_on", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="agreement_dates_in_order",
                violation_error_message=_("La convention ne peut pas finir avant de commencer."),
            ),
            models.CheckConstraint(
                condition=Q(signed_on=None) | Q(signed_on__lte=F("ends_on")),
                name="agreement_signed_before_its_end",
                violation_error_message=_("La convention est signée avant sa fin."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__lte=F("ends_on"), ended_on__gte=F("starts_on")),
                name="agreement_ended_within_its_dates",
                violation_error_message=_("Le dernier jour se trouve entre le début et la fin prévus."),
            ),
            models.CheckConstraint(
                condition=Q(version=1, renews=None) | Q(version__gt=1, renews__isnull=False),
                name="agreement_versions_follow_each_other",
            ),
            models.CheckConstraint(
                condition=Q(half_days_per_month=None) | Q(half_days_per_month__gt=0),
                name="agreement_half_days_positive",
                violation_error_message=_("Le nombre de demi-journées est supérieur à zéro."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (v{self.version})" if self.version > 1 else self.title

    @property
    def ends_really_on(self) -> date:
        return min(self.ends_on, self.ended_on or self.ends_on)

    def state_on(self, day: date) -> AgreementState:
        """Reads the suspensions: prefetch them for a list."""
        if self.ended_on is not None and day > self.ended_on:
            return AgreementState.ENDED
        if day > self.ends_on:
            return AgreementState.EXPIRED
        if self.signed_on is None:
            return AgreementState.DRAFT
        if day < self.starts_on:
            return AgreementState.COMING
        if any(one.covers(day) for one in self.suspensions.all()):
            return AgreementState.SUSPENDED
        return AgreementState.IN_FORCE

    def allows(self, day: date) -> bool:
        """Whether a new session may be held on that day."""
        signed = self.signed_on is not None and self.starts_on <= day <= self.ends_really_on
        return signed and not any(one.covers(day) for one in self.suspensions.all())


class AgreementSuspensionQuerySet(models.QuerySet["AgreementSuspension"]):
    def on(self, day: date) -> AgreementSuspensionQuerySet:
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class AgreementSuspension(models.Model):
    """A time in which the contract rests: no new session is held."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="suspensions")
    since = models.DateField(_("du"))
    until = models.DateField(_("au"), null=True, blank=True)
    reason = models.CharField(_("pourquoi"), max_length=300)

    objects = AgreementSuspensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("suspension d’une convention")
        verbose_name_plural = _("suspensions de conventions")
        ordering = ("since", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="agreement_suspension_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            ),
            ExclusionConstraint(
                name="agreement_suspended_once_at_a_time",
                expressions=[
                    ("agreement", RangeOperators.EQUAL),
                    (
                        Func(
                            F("since"),
                            F("until"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("La convention est déjà suspendue à ces dates."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} · {self.since}"

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


class AgreementAlert(models.Model):
    """« Il reste trois mois »: written once per agreement and step, so that nobody is told twice."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="alerts")
    months_before = models.PositiveSmallIntegerField(_("mois avant la fin"))
    sent_at = models.DateTimeField(_("envoyée le"), default=clock.now)

    class Meta:
        verbose_name = _("alerte de renouvellement")
        verbose_name_plural = _("alertes de renouvellement")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "months_before"], name="agreement_alert_once"),
            models.CheckConstraint(
                condition=Q(months_before__in=ALERT_MONTHS), name="agreement_alert_known_step"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} · {self.months_before}"
