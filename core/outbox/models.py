"""Messages that must leave: a row in the transaction that makes them necessary, delivered by a worker later."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")


class State(models.TextChoices):
    DUE = "due", _("à envoyer")
    SENT = "sent", _("envoyé")
    FAILED = "failed", _("échec")
    STALE = "stale", _("devenu inutile")
    CANCELLED = "cancelled", _("annulé")


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def due(self, now: datetime | None = None) -> OutboxQuerySet:
        """Nobody has taken them, and their time has come. Names the channels so that the index can be used by both."""
        now = now or clock.now()
        return self.filter(
            state=State.DUE, channel__in=Channel.values, due_at__lte=now, next_attempt_at__lte=now
        )

    def waiting_for(self, subject: models.Model) -> OutboxQuerySet:
        """Not yet sent, about this row."""
        return self.filter(
            state=State.DUE,
            subject_type=subject._meta.label_lower,
            subject_id=subject.pk,
        )


class OutboxMessage(models.Model):
    """One message to one address. `kind` names the function that can rebuild or refuse it at the last moment."""

    # No index: nobody searches by it, and every index slows each of the two updates of a delivery.
    key = models.UUIDField(_("clé d’idempotence"), default=uuid.uuid4, editable=False)
    dedupe_key = models.CharField(
        _("clé d’unicité"),
        max_length=160,
        help_text=_("le même message n’est jamais écrit deux fois"),
    )
    kind = models.CharField(_("nature"), max_length=60)
    channel = models.CharField(_("canal"), max_length=10, choices=Channel)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("destinataire"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )
    address = models.CharField(_("adresse"), max_length=254)
    language = models.CharField(_("langue"), max_length=5, default="fr")
    subject_type = models.CharField(_("objet concerné"), max_length=60, blank=True)
    subject_id = models.BigIntegerField(_("identifiant concerné"), null=True)
    payload = models.JSONField(_("contenu à mettre en forme"), default=dict)
    merge_key = models.CharField(
        _("clé de regroupement"),
        max_length=120,
        blank=True,
        help_text=_("les messages qui portent la même clé partent ensemble"),
    )

    due_at = models.DateTimeField(_("à partir de"), default=clock.now)
    expires_at = models.DateTimeField(_("inutile après"), null=True)
    next_attempt_at = models.DateTimeField(_("prochain essai"), default=clock.now)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    state = models.CharField(_("état"), max_length=10, choices=State, default=State.DUE)
    created_at = models.DateTimeField(_("créé le"), default=clock.now)
    sent_at = models.DateTimeField(_("envoyé le"), null=True)
    last_error = models.CharField(_("dernière erreur"), max_length=500, blank=True)
    provider_id = models.CharField(_("référence du transporteur"), max_length=200, blank=True)

    sent_subject = models.CharField(_("objet envoyé"), max_length=200, blank=True)
    sent_body = models.TextField(_("texte envoyé"), blank=True)
    fallback_of = models.ForeignKey(
        "self",
        verbose_name=_("remplace"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="fallbacks",
        db_index=False,
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("parti avec"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="merged",
        db_index=False,
    )

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            # A withdrawn message does not stand in the way of the one that takes its place.
            models.UniqueConstraint(
                fields=["dedupe_key"], condition=~Q(state=State.CANCELLED), name="outbox_message_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENT) | Q(sent_at__isnull=False),
                name="outbox_sent_has_a_date",
            ),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("due_at")),
                name="outbox_expiry_after_due",
            ),
        ]
        indexes = [
            # Not the next attempt, which changes with every claim: a claim then touches no index (fillfactor, 0002).
            models.Index(
                fields=["channel", "due_at", "id"],
                condition=Q(state="due"),
                name="outbox_due",
            ),
            models.Index(
                fields=["merge_key"],
                condition=Q(state="due") & ~Q(merge_key=""),
                name="outbox_together",
            ),
            models.Index(
                fields=["subject_type", "subject_id"],
                condition=Q(state="due"),
                name="outbox_waiting",
            ),
            # For the few rows that have one: without it, deleting a message reads all others.
            models.Index(
                fields=["fallback_of"],
                condition=Q(fallback_of__isnull=False),
                name="outbox_fallback_of",
            ),
            models.Index(
                fields=["merged_into"],
                condition=Q(merged_into__isnull=False),
                name="outbox_merged_into",
            ),
            models.Index(fields=["-sent_at"], condition=Q(state="sent"), name="outbox_sent"),
            models.Index(
                fields=["-created_at"],
                condition=Q(state="failed"),
                name="outbox_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.get_channel_display()} · {self.get_state_display()}"


class Sweep(models.Model):
    """The heartbeat of delivery: one row, whose age tells whether messages leave."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="sweep_single_row")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"
