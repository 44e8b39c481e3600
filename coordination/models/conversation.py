"""What those who care for the same person, or the whole house, say to each other. Never overwritten, never erased."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models import Patient


class Conversation(models.Model):
    """About one patient, read by whoever may read him today; without patient, by the members of the house."""

    patient = models.ForeignKey(
        Patient,
        verbose_name=_("patient"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="conversations",
    )
    subject = models.CharField(_("objet"), max_length=150)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("ouverte par"), on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("ouverte le"), default=clock.now, editable=False)
    last_at = models.DateTimeField(_("dernier message"), default=clock.now, editable=False)
    # Counts what was said, mended and read: screens that show another number ask anew.
    revision = models.BigIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("échange")
        verbose_name_plural = _("échanges")
        indexes = [
            models.Index(fields=["patient", "-last_at"], name="conversation_by_patient"),
            models.Index(fields=["-changed_at"], name="conversation_changed"),
        ]

    def __str__(self) -> str:
        return self.subject


class Message(models.Model):
    """One thing said. Its words are in its versions; withdrawn, they are no longer shown."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("auteur"), on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(_("écrit le"), default=clock.now, editable=False)
    reply_to = models.ForeignKey(
        "self", verbose_name=_("en réponse à"), on_delete=models.SET_NULL, null=True, related_name="replies"
    )
    # An entry of the patient's timeline that is spoken of.
    link_kind = models.CharField(max_length=30, blank=True)
    link_id = models.BigIntegerField(null=True)
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True)

    class Meta:
        verbose_name = _("message de l’équipe")
        verbose_name_plural = _("messages de l’équipe")
        indexes = [models.Index(fields=["conversation", "id"], name="message_by_conversation")]

    def __str__(self) -> str:
        return f"{self.author} · {self.sent_at:%Y-%m-%d %H:%M}"


class MessageVersion(models.Model):
    """The words as they stood from a moment on."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="versions")
    body = models.TextField(_("texte"), max_length=4000)
    written_at = models.DateTimeField(_("écrit le"), default=clock.now, editable=False)
    is_current = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("version d’un message")
        verbose_name_plural = _("versions des messages")
        constraints = [
            models.UniqueConstraint(
                fields=["message"],
                condition=Q(is_current=True),
                name="message_one_current_version",
                violation_error_message=_("Ce message vient d’être corrigé."),
            )
        ]

    def __str__(self) -> str:
        return self.body[:80]


class Mention(models.Model):
    """Somebody of the team is called by name: he is told, whatever he follows."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions")

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="mention_once")]

    def __str__(self) -> str:
        return f"@{self.user}"


class Following(models.Model):
    """One person in one conversation: up to where he has read, and whether he wants to be told."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="followings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followings")
    # The last message that he has seen. Keys are given under the conversation's lock: in the order of saying.
    read_up_to = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    is_muted = models.BooleanField(_("en sourdine"), default=False)

    class Meta:
        verbose_name = _("suivi d’un échange")
        verbose_name_plural = _("suivis des échanges")
        constraints = [models.UniqueConstraint(fields=["conversation", "user"], name="following_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.conversation_id}"
