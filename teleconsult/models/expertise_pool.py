"""Vivier d’experts: who answers for a speciality, and who at the house follows what is asked of them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from practitioners.models import Centre, Practitioner


class Speciality(models.TextChoices):
    """What decides which questions are asked and which photos are expected."""

    DERMATOLOGY = "dermatology", _("dermatologie")
    CARDIOLOGY = "cardiology", _("cardiologie")
    OTHER = "other", _("autre spécialité")


class ExpertPoolQuerySet(models.QuerySet["ExpertPool"]):
    def in_force(self, day: date | None = None) -> ExpertPoolQuerySet:
        day = day or clock.today()
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class ExpertPool(models.Model):
    centre = models.ForeignKey(
        Centre, verbose_name=_("maison"), on_delete=models.PROTECT, related_name="expert_pools"
    )
    name = models.CharField(_("nom"), max_length=80)
    speciality = models.CharField(_("spécialité"), max_length=15, choices=Speciality)
    # What no expert has taken, and the visits that follow, are in his hands.
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("suivi à la maison par"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    since = models.DateField(_("depuis le"), default=clock.today)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)

    objects = ExpertPoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("vivier d’experts")
        verbose_name_plural = _("viviers d’experts")
        ordering = ("name", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["centre", "name"],
                name="expert_pool_name_once",
                violation_error_message=_("Un vivier porte déjà ce nom."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="expert_pool_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PoolMemberQuerySet(models.QuerySet["PoolMember"]):
    def in_force(self, day: date | None = None) -> PoolMemberQuerySet:
        """Of a pool that is itself in force."""
        day = day or clock.today()
        pools = ExpertPool.objects.in_force(day)
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day, pool__in=pools.values("pk"))


class PoolMember(models.Model):
    pool = models.ForeignKey(
        ExpertPool, verbose_name=_("vivier"), on_delete=models.CASCADE, related_name="members"
    )
    practitioner = models.ForeignKey(
        Practitioner, verbose_name=_("expert"), on_delete=models.PROTECT, related_name="expert_of"
    )
    since = models.DateField(_("depuis le"), default=clock.today)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)

    objects = PoolMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("expert d’un vivier")
        verbose_name_plural = _("experts d’un vivier")
        ordering = ("since", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pool", "practitioner"],
                condition=Q(until=None),
                name="pool_member_once",
                violation_error_message=_("Cet expert est déjà dans ce vivier."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="pool_member_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.pool}"
