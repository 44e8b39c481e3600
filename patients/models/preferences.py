from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticePreference(models.Model):
    """How an account wants to be told. Confirmations and cancellations always leave; reminders may be refused."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="notice_preference",
    )
    by_email = models.BooleanField(_("par e-mail"), default=True)
    by_sms = models.BooleanField(_("par SMS"), default=False)
    week_before = models.BooleanField(_("une semaine avant"), default=True)
    days_before = models.BooleanField(_("deux jours avant"), default=True)
    hours_before = models.BooleanField(_("deux heures avant"), default=False)
    unsubscribe_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = _("préférences d’information")
        verbose_name_plural = _("préférences d’information")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(by_email=True) | models.Q(by_sms=True),
                name="notice_preference_one_channel",
                violation_error_message=_(
                    "Gardez au moins un moyen de vous joindre : une annulation doit pouvoir vous parvenir."
                ),
            )
        ]

    def __str__(self) -> str:
        return str(self.user)
