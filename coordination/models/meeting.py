"""When the team meets, who is wanted, who comes and who came."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models import Absence, ResourceClosure
from core import clock
from practitioners.models import Centre, Place, Practitioner, Room
from practitioners.models.practitioner import Kind


class MeetingKind(models.TextChoices):
    CONCERTATION = "rcp", _("concertation pluriprofessionnelle (RCP)")
    COORDINATION = "coordination", _("coordination")
    QUALITY = "quality", _("qualité, protocoles")
    OTHER = "other", _("autre réunion d’équipe")


class MeetingState(models.TextChoices):
    PLANNED = "planned", _("prévue")
    OPEN = "open", _("en cours")
    CLOSED = "closed", _("compte rendu validé")
    CANCELLED = "cancelled", _("annulée")


class MeetingSeries(models.Model):
    """« Un mardi sur deux, 12 h 30 »: the dates that were fixed together."""

    every_n_weeks = models.PositiveSmallIntegerField(_("toutes les n semaines"), default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("série de réunions")
        verbose_name_plural = _("séries de réunions")

    def __str__(self) -> str:
        return f"n° {self.pk}"


class TeamMeetingQuerySet(models.QuerySet["TeamMeeting"]):
    def standing(self) -> TeamMeetingQuerySet:
        return self.exclude(state=MeetingState.CANCELLED)

    def coming(self, now: datetime | None = None) -> TeamMeetingQuerySet:
        """Still to be held, the one that runs included."""
        return self.filter(
            Q(state=MeetingState.OPEN) | Q(state=MeetingState.PLANNED, end_at__gt=now or clock.now())
        )

    def of_year(self, year: int) -> TeamMeetingQuerySet:
        first = datetime(year, 1, 1, tzinfo=clock.PARIS)
        return self.filter(start_at__gte=first, start_at__lt=first.replace(year=year + 1))

    def with_place(self) -> TeamMeetingQuerySet:
        return self.select_related("place", "room", "chair__profession", "chair__user", "centre", "series")


class TeamMeeting(models.Model):
    """One date. Its room is reserved by a `ResourceClosure`, the members' time by an `Absence` of kind meeting."""

    centre = models.ForeignKey(
        Centre, verbose_name=_("maison"), on_delete=models.PROTECT, related_name="team_meetings"
    )
    series = models.ForeignKey(
        MeetingSeries, on_delete=models.SET_NULL, null=True, blank=True, related_name="meetings"
    )
    kind = models.CharField(_("nature"), max_length=12, choices=MeetingKind, default=MeetingKind.CONCERTATION)
    title = models.CharField(_("titre"), max_length=120)
    start_at = models.DateTimeField(_("début"))
    end_at = models.DateTimeField(_("fin"))
    place = models.ForeignKey(Place, verbose_name=_("lieu"), on_delete=models.PROTECT, related_name="+")
    room = models.ForeignKey(
        Room, verbose_name=_("salle"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    room_closure = models.OneToOneField(
        ResourceClosure,
        verbose_name=_("réservation de la salle"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="team_meeting",
    )
    remote_link = models.URLField(_("lien pour participer à distance"), blank=True)
    chair = models.ForeignKey(
        Practitioner, verbose_name=_("présidence"), on_delete=models.PROTECT, related_name="meetings_chaired"
    )
    state = models.CharField(_("état"), max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    # What is said beside the patients; a draft until the minutes are validated.
    notes = models.TextField(_("points généraux"), max_length=10000, blank=True)
    notes_revision = models.PositiveIntegerField(default=0, editable=False)
    minutes_edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    sequence = models.PositiveSmallIntegerField(_("nombre de changements"), default=0, editable=False)
    opened_at = models.DateTimeField(_("ouverte le"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("validée le"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = TeamMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("réunion d’équipe")
        verbose_name_plural = _("réunions d’équipe")
        ordering = ("start_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(end_at__gt=F("start_at")) & Q(end_at__lte=F("start_at") + timedelta(hours=12)),
                name="meeting_hours_in_order",
                violation_error_message=_("L’heure de fin doit suivre l’heure de début, le même jour."),
            ),
            models.CheckConstraint(
                condition=Q(state=MeetingState.CLOSED, closed_at__isnull=False)
                | (~Q(state=MeetingState.CLOSED) & Q(closed_at=None)),
                name="meeting_closed_has_date",
                violation_error_message=_("Un compte rendu validé porte sa date."),
            ),
        ]
        indexes = [models.Index(fields=["start_at"], name="team_meeting_by_start")]

    def __str__(self) -> str:
        return f"{self.title} · {clock.local(self.start_at):%d/%m/%Y}"

    @property
    def is_cancelled(self) -> bool:
        return self.state == MeetingState.CANCELLED

    @property
    def is_closed(self) -> bool:
        return self.state == MeetingState.CLOSED

    @property
    def is_open(self) -> bool:
        return self.state == MeetingState.OPEN

    @property
    def minutes_long(self) -> int:
        return int((self.end_at - self.start_at).total_seconds() // 60)


class Answer(models.TextChoices):
    WAITING = "waiting", _("pas encore répondu")
    YES = "yes", _("vient")
    REMOTE = "remote", _("à distance")
    NO = "no", _("ne peut pas")


class Presence(models.TextChoices):
    PRESENT = "present", _("présent")
    REMOTE = "remote", _("à distance")
    EXCUSED = "excused", _("excusé")
    ABSENT = "absent", _("absent")


CAME = (Presence.PRESENT, Presence.REMOTE)


class MeetingMember(models.Model):
    """Somebody wanted at a meeting: invited, answers, came or not. Outside the house he sees nothing unless told."""

    meeting = models.ForeignKey(TeamMeeting, on_delete=models.CASCADE, related_name="members")
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.PROTECT,
        related_name="meeting_seats",
    )
    is_required = models.BooleanField(_("indispensable"), default=False)
    answer = models.CharField(_("réponse"), max_length=8, choices=Answer, default=Answer.WAITING)
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True, editable=False)
    note = models.CharField(_("mot"), max_length=200, blank=True)
    presence = models.CharField(_("présence"), max_length=8, choices=Presence, blank=True)
    # His time is taken by this row of his own agenda; none where patients are expected and he has not said yes.
    absence = models.OneToOneField(
        Absence, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="meeting_seat"
    )

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "practitioner"],
                name="meeting_member_once",
                violation_error_message=_("Cette personne est déjà invitée."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.get_answer_display()}"

    @property
    def is_outside(self) -> bool:
        return self.practitioner.kind != Kind.MEMBER

    @property
    def came(self) -> bool:
        return self.presence in CAME
