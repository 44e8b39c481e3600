"""Who may act for whom: an account acts for its own person and for relatives."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models.patient import Patient


class Relation(models.TextChoices):
    SELF = "self", _("moi-même")
    CHILD = "child", _("mon enfant")
    PARENT = "parent", _("mon parent")
    SPOUSE = "spouse", _("mon conjoint")
    WARD = "ward", _("une personne dont je suis le représentant légal")
    OTHER = "other", _("un autre proche")


class ProxyState(models.TextChoices):
    PENDING = "pending", _("en attente de confirmation par la maison de santé")
    ACTIVE = "active", _("confirmé")
    REFUSED = "refused", _("refusé")
    ENDED = "ended", _("terminé")


class ProxyQuerySet(models.QuerySet["Proxy"]):
    def in_force(self, day: date | None = None) -> ProxyQuerySet:
        """Usable for booking and reading on that day. A child's stops by itself on the 18th birthday."""
        day = day or clock.today()
        return self.filter(Q(until=None) | Q(until__gt=day), state=ProxyState.ACTIVE)


class Proxy(models.Model):
    """`user` acts for `patient`. A grown-up relative's proxy is confirmed by the centre before it opens anything."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="proxies")
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="proxies")
    relation = models.CharField(_("lien"), max_length=10, choices=Relation)
    state = models.CharField(_("état"), max_length=10, choices=ProxyState, default=ProxyState.PENDING)
    asked_at = models.DateTimeField(_("demandé le"), default=clock.now)
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("décidé par"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    evidence = models.CharField(_("justificatif vu"), max_length=200, blank=True)
    decision_note = models.CharField(_("réponse au demandeur"), max_length=300, blank=True)
    until = models.DateField(
        _("jusqu’au (exclu)"),
        null=True,
        blank=True,
        help_text=_("pour un enfant : ses 18 ans"),
    )

    objects = ProxyQuerySet.as_manager()

    class Meta:
        verbose_name = _("droit d’agir pour un proche")
        verbose_name_plural = _("droits d’agir pour un proche")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "patient"],
                condition=Q(state__in=["pending", "active"]),
                name="proxy_once",
                violation_error_message=_("Cette personne figure déjà parmi vos proches."),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(relation="self", state="active"),
                name="proxy_one_self_per_user",
                violation_error_message=_("Votre propre fiche existe déjà."),
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(relation="self", state="active"),
                name="proxy_one_self_per_patient",
                violation_error_message=_("Cette fiche est déjà celle d’un autre compte."),
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None) | Q(decided_at__gte=F("asked_at")),
                name="proxy_decided_after_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.patient} ({self.get_relation_display()})"
