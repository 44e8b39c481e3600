"""What a practitioner plans elsewhere: calendars read from an address or a file, as time that is taken."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from practitioners.models import Practitioner

READ_EVERY = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=6)
# Twice as long without a good answer, and the desk hears of it.
SILENT_AFTER = timedelta(hours=1)


class Trouble(models.TextChoices):
    """Why the last reading failed, in words for the owner. The values are those of core.web.outside and busy_ics."""

    NONE = "", _("tout va bien")
    BAD_ADDRESS = "bad-address", _("l’adresse n’est pas utilisable")
    PRIVATE = "private", _("l’adresse mène à un réseau privé")
    UNREACHABLE = "unreachable", _("l’adresse ne répond pas")
    TOO_SLOW = "too-slow", _("l’adresse répond trop lentement")
    INSECURE = "insecure", _("la connexion n’est pas sûre : le certificat du site est refusé")
    DETOURS = "detours", _("l’adresse renvoie sans fin vers une autre")
    FORBIDDEN = "forbidden", _("l’accès est refusé : l’adresse a peut-être été renouvelée")
    GONE = "gone", _("l’agenda n’existe plus à cette adresse")
    REFUSED = "refused", _("le site répond par une erreur")
    TOO_LARGE = "too-large", _("le fichier est trop lourd (10 Mo au plus)")
    EMPTY = "empty", _("le fichier est vide")
    NOT_ICS = "not-ics", _("ce n’est pas un agenda au format iCalendar (.ics)")
    CUT_OFF = "cut-off", _("le fichier est incomplet")
    TOO_MANY = "too-many", _("l’agenda contient trop d’événements")
    TOO_COMPLEX = "too-complex", _("l’agenda contient des répétitions trop fréquentes")


class ExternalCalendarQuerySet(models.QuerySet["ExternalCalendar"]):
    def due(self, now: datetime) -> ExternalCalendarQuerySet:
        return self.filter(is_active=True, next_read_at__lte=now)

    def failing(self) -> ExternalCalendarQuerySet:
        return self.filter(is_active=True, failing_since__isnull=False)

    def silent(self, now: datetime) -> ExternalCalendarQuerySet:
        """Failing long enough for somebody to look at it."""
        return self.failing().filter(failing_since__lte=now - SILENT_AFTER)


class ExternalCalendar(models.Model):
    """Read again and again from its address, or once from a file. What was known stays known while it fails."""

    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.CASCADE,
        related_name="external_calendars",
    )
    name = models.CharField(_("nom"), max_length=60)
    address = models.CharField(_("adresse"), max_length=2000, blank=True)
    keeps_titles = models.BooleanField(_("garder les titres des événements"), default=False)
    counts_whole_days = models.BooleanField(_("les journées entières bloquent aussi"), default=True)
    is_active = models.BooleanField(_("pris en compte"), default=True)

    # The file without anything but times (and titles, where wanted): so that the year to come can be unfolded anew.
    content = models.TextField(editable=False, blank=True)
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=60, blank=True, editable=False)
    unfolded_on = models.DateField(null=True, editable=False)
    skipped = models.PositiveIntegerField(_("événements illisibles"), default=0, editable=False)

    next_read_at = models.DateTimeField(_("prochaine lecture"), default=clock.now, editable=False)
    tried_at = models.DateTimeField(_("dernier essai"), null=True, editable=False)
    read_at = models.DateTimeField(_("dernière lecture réussie"), null=True, editable=False)
    failing_since = models.DateTimeField(_("en panne depuis"), null=True, editable=False)
    trouble = models.CharField(_("panne"), max_length=12, choices=Trouble, blank=True, editable=False)
    failures = models.PositiveIntegerField(_("échecs de suite"), default=0, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        db_index=False,
    )

    objects = ExternalCalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda extérieur")
        verbose_name_plural = _("agendas extérieurs")
        ordering = ("name", "pk")
        constraints = [
            models.CheckConstraint(
                condition=(Q(trouble="") & Q(failing_since=None))
                | (~Q(trouble="") & Q(failing_since__isnull=False)),
                name="external_calendar_trouble_has_a_date",
            )
        ]
        indexes = [
            models.Index(fields=["next_read_at"], condition=Q(is_active=True), name="external_calendar_due")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_file(self) -> bool:
        return not self.address

    @property
    def host(self) -> str:
        """All that is shown of an address: the rest of it is a secret."""
        return urlsplit(self.address).hostname or ""


class ExternalBusy(models.Model):
    """A time that is taken elsewhere. Rows exist only where they count: a paused calendar has none."""

    calendar = models.ForeignKey(ExternalCalendar, on_delete=models.CASCADE, related_name="busy")
    # Of the calendar, here too, so that the search of free slots needs no join.
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE, related_name="+", db_index=False)
    start_at = models.DateTimeField(_("début"))
    end_at = models.DateTimeField(_("fin"))
    uid = models.CharField(max_length=255, blank=True)
    recurrence = models.CharField(max_length=32, blank=True)
    title = models.CharField(_("titre"), max_length=120, blank=True)
    is_whole_day = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("temps pris ailleurs")
        verbose_name_plural = _("temps pris ailleurs")
        ordering = ("start_at", "pk")
        constraints = [
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="external_busy_in_order")
        ]
        indexes = [models.Index(fields=["practitioner", "start_at", "end_at"], name="external_busy_by_start")]

    def __str__(self) -> str:
        return f"{clock.local(self.start_at):%d/%m/%Y %H:%M}"
