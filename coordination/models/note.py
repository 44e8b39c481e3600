"""What professionals who care for the same person write to each other (FHIR Communication). Nothing is overwritten."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models import Patient
from practitioners.models import Practitioner

LONGEST_TEXT = 5000


class NoteKind(models.TextChoices):
    OBSERVATION = "observation", _("observation")
    MEASUREMENT = "measurement", _("mesures")
    INSTRUCTION = "instruction", _("consigne de soin")


class NoteQuerySet(models.QuerySet["Note"]):
    def standing(self) -> NoteQuerySet:
        return self.filter(withdrawn_at=None)

    def with_author(self) -> NoteQuerySet:
        return self.select_related("author__profession", "patient")


class Note(models.Model):
    """The envelope: about whom, by whom, of what kind. Its words are its versions.

    A trigger of the database refuses that it changes, but for three things: one more version, the withdrawal (once),
    and the patient where two records of one person are joined. It is never deleted.
    """

    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.PROTECT, related_name="notes"
    )
    author = models.ForeignKey(
        Practitioner, verbose_name=_("auteur"), on_delete=models.PROTECT, related_name="notes_written"
    )
    kind = models.CharField(_("nature"), max_length=12, choices=NoteKind)
    for_team = models.BooleanField(
        _("pour toute l’équipe"), help_text=_("sinon, pour les seuls destinataires nommés")
    )
    in_reply_to = models.ForeignKey(
        "self",
        verbose_name=_("en réponse à"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
    )
    current_number = models.PositiveSmallIntegerField(_("version"), default=1)
    written_at = models.DateTimeField(_("écrite le"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("retirée le"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("raison du retrait"), max_length=300, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ("-written_at", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="note_withdrawn_with_a_reason",
                violation_error_message=_("Une note retirée dit pourquoi."),
            ),
            models.CheckConstraint(
                condition=Q(in_reply_to=None) | ~Q(in_reply_to=F("pk")), name="note_answers_another"
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-written_at"], name="note_by_patient"),
            models.Index(fields=["author", "-written_at"], name="note_by_author"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.author} · {self.written_at:%Y-%m-%d %H:%M}"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class NoteVersionQuerySet(models.QuerySet["NoteVersion"]):
    def current(self) -> NoteVersionQuerySet:
        return self.filter(number=F("note__current_number"))


class NoteVersion(models.Model):
    """What was written, as it was written. A trigger refuses every change and every deletion."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("texte"), max_length=LONGEST_TEXT, blank=True)
    observed_at = models.DateTimeField(
        _("constaté le"), default=clock.now, help_text=_("quand les mesures ont été prises")
    )
    written_at = models.DateTimeField(_("écrite le"), default=clock.now)
    because = models.CharField(_("ce qui a été corrigé"), max_length=300, blank=True)

    objects = NoteVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version d’une note")
        verbose_name_plural = _("versions des notes")
        ordering = ("note", "number")
        constraints = [
            models.UniqueConstraint(
                fields=["note", "number"],
                name="note_version_once",
                violation_error_message=_("Cette note vient d’être corrigée. Relisez-la."),
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="note_version_from_one"),
            models.CheckConstraint(
                condition=Q(number=1, because="") | (Q(number__gt=1) & ~Q(because="")),
                name="note_version_says_why",
                violation_error_message=_("Dites en quelques mots ce qui est corrigé."),
            ),
            models.CheckConstraint(
                condition=Q(observed_at__lte=F("written_at")),
                name="note_version_observed_before",
                violation_error_message=_("Une mesure ne peut pas être prise dans l’avenir."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.note} · {self.number}"


class NoteAddressee(models.Model):
    """Who is asked to read. For the team: those who were part of it on that day, so that « lu par » has an end."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="addressees")
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("destinataire"),
        on_delete=models.PROTECT,
        related_name="notes_received",
    )
    is_named = models.BooleanField(_("nommé"), help_text=_("et non seulement membre de l’équipe"))

    class Meta:
        verbose_name = _("destinataire d’une note")
        verbose_name_plural = _("destinataires des notes")
        constraints = [
            models.UniqueConstraint(
                fields=["note", "practitioner"],
                name="note_addressee_once",
                violation_error_message=_("Cette personne est déjà destinataire."),
            )
        ]
        indexes = [models.Index(fields=["practitioner", "-note"], name="note_by_addressee")]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.note_id}"


class NoteReading(models.Model):
    """A receipt: this version was on this professional's screen. Written by his own click or by what he scrolled to."""

    version = models.ForeignKey(NoteVersion, on_delete=models.PROTECT, related_name="readings")
    practitioner = models.ForeignKey(
        Practitioner, verbose_name=_("lecteur"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("lu le"), default=clock.now)

    class Meta:
        verbose_name = _("lecture d’une note")
        verbose_name_plural = _("lectures des notes")
        constraints = [
            models.UniqueConstraint(fields=["version", "practitioner"], name="note_reading_once"),
        ]
        indexes = [models.Index(fields=["practitioner", "version"], name="note_reading_by_reader")]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.at:%Y-%m-%d %H:%M}"
