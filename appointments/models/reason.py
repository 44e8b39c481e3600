"""What a visit is for, and the rules that this brings."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.cap import Programme
from core import clock
from practitioners.models import EquipmentKind, Practitioner, Profession


class ReasonCategory(models.Model):
    """The common name under which patients look for a kind of visit, whoever holds it."""

    profession = models.ForeignKey(
        Profession,
        verbose_name=_("profession"),
        on_delete=models.CASCADE,
        related_name="reason_categories",
    )
    name = models.CharField(_("nom"), max_length=100)
    slug = models.SlugField(_("nom dans l’adresse"), unique=True)
    position = models.PositiveSmallIntegerField(_("ordre d’affichage"), default=100)

    class Meta:
        verbose_name = _("type de consultation")
        verbose_name_plural = _("types de consultation")
        ordering = ("profession__position", "position", "name")

    def __str__(self) -> str:
        return self.name


class Bookability(models.TextChoices):
    """Who may book, each including the ones before."""

    STAFF = "staff", _("l’équipe seulement")
    REFERRER = "referrer", _("l’équipe et les professionnels qui adressent")
    INVITED = "invited", _("aussi les patients invités")
    EVERYONE = "everyone", _("tout le monde")


class PatientScope(models.TextChoices):
    ALL = "all", _("tous les patients")
    KNOWN = "known", _("patients déjà suivis")
    NEW = "new", _("nouveaux patients")


class PlaceKind(models.TextChoices):
    CENTRE = "centre", _("à la maison de santé")
    HOME = "home", _("à domicile")
    VIDEO = "video", _("en vidéo")
    PHONE = "phone", _("par téléphone")


class VisitReasonQuerySet(models.QuerySet["VisitReason"]):
    def online(self, on: date | None = None) -> VisitReasonQuerySet:
        """What anybody may book from the public pages: with one professional, not with two at once."""
        return self.filter(
            Q(practitioner__active_until=None) | Q(practitioner__active_until__gte=on or clock.today()),
            is_active=True,
            bookable_by=Bookability.EVERYONE,
            practitioner__is_listed=True,
            joined=None,
        )


class VisitReason(models.Model):
    """A practitioner's own reason: being self-employed, each decides durations and conditions for himself."""

    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.CASCADE,
        related_name="reasons",
    )
    category = models.ForeignKey(
        ReasonCategory,
        verbose_name=_("type de consultation"),
        on_delete=models.PROTECT,
        related_name="reasons",
    )
    name = models.CharField(_("nom montré aux patients"), max_length=100)
    duration_minutes = models.PositiveSmallIntegerField(
        _("durée (minutes)"),
        default=20,
        validators=[MinValueValidator(5), MaxValueValidator(480)],
    )
    buffer_minutes = models.PositiveSmallIntegerField(
        _("battement après (minutes)"), default=0, validators=[MaxValueValidator(120)]
    )
    grid_minutes = models.PositiveSmallIntegerField(
        _("un créneau toutes les (minutes)"),
        default=20,
        validators=[MinValueValidator(5), MaxValueValidator(240)],
        help_text=_(
            "Compté depuis le début de la plage : des durées différentes ne morcellent pas la journée."
        ),
    )
    notice_minutes = models.PositiveIntegerField(
        _("réservable au plus tard (minutes avant)"),
        default=60,
        validators=[MaxValueValidator(60 * 24 * 60)],
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("réservable au plus tôt (jours avant)"),
        default=90,
        validators=[MaxValueValidator(365)],
    )
    bookable_by = models.CharField(
        _("réservable par"),
        max_length=10,
        choices=Bookability,
        default=Bookability.EVERYONE,
    )
    patient_scope = models.CharField(
        _("pour quels patients"),
        max_length=10,
        choices=PatientScope,
        default=PatientScope.ALL,
    )
    min_age = models.PositiveSmallIntegerField(_("âge minimal"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("âge maximal"), null=True, blank=True)
    place_kind = models.CharField(_("où"), max_length=10, choices=PlaceKind, default=PlaceKind.CENTRE)
    equipment_kind = models.ForeignKey(
        EquipmentKind,
        verbose_name=_("équipement nécessaire"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reasons",
        help_text=_("Un créneau n’est proposé que si un de ces équipements est libre dans le lieu."),
    )
    instructions = models.TextField(_("consignes"), max_length=1000, blank=True)
    what_to_bring = models.TextField(_("à apporter"), max_length=1000, blank=True)
    cancel_limit_hours = models.PositiveSmallIntegerField(
        _("annulable en ligne jusqu’à (heures avant)"),
        default=24,
        validators=[MaxValueValidator(24 * 14)],
    )
    is_sensitive = models.BooleanField(
        _("sensible"),
        default=False,
        help_text=_("Le motif n’apparaît ni dans les messages ni sur les écrans partagés."),
    )
    max_coming_per_patient = models.PositiveSmallIntegerField(
        _("rendez-vous à venir au plus par patient"), null=True, blank=True
    )
    programme = models.ForeignKey(
        Programme,
        verbose_name=_("dispositif"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reasons",
        help_text=_("« Accès direct », « Mon soutien psy »… : la loi limite le nombre de séances."),
    )
    # A room above binds it to conditions (appointments/conditions.py), and sets this mark with them.
    is_conditional = models.BooleanField(
        _("sous conditions"), default=False, db_default=False, editable=False
    )
    # A room above counts its visits by seats (appointments/seating.py), and sets this mark.
    is_seated = models.BooleanField(_("par places"), default=False, db_default=False, editable=False)
    colour = models.CharField(_("couleur"), max_length=20, default="blue")
    is_active = models.BooleanField(_("proposé"), default=True)
    position = models.PositiveSmallIntegerField(_("ordre d’affichage"), default=100)

    objects = VisitReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("motif de consultation")
        verbose_name_plural = _("motifs de consultation")
        ordering = ("position", "name")
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "name"],
                name="visit_reason_name_unique",
                violation_error_message=_("Vous avez déjà un motif de ce nom."),
            ),
            models.CheckConstraint(
                condition=Q(duration_minutes__range=(5, 480)),
                name="visit_reason_duration_in_range",
                violation_error_message=_("La durée va de 5 minutes à 8 heures."),
            ),
            models.CheckConstraint(
                condition=Q(grid_minutes__range=(5, 240)),
                name="visit_reason_grid_in_range",
                violation_error_message=_("Le pas des créneaux va de 5 minutes à 4 heures."),
            ),
            models.CheckConstraint(
                condition=Q(buffer_minutes__lte=120),
                name="visit_reason_buffer_in_range",
                violation_error_message=_("Le battement est de 2 heures au plus."),
            ),
            models.CheckConstraint(
                condition=Q(min_age=None) | Q(max_age=None) | Q(max_age__gte=F("min_age")),
                name="visit_reason_ages_in_order",
                violation_error_message=_("L’âge maximal ne peut pas être inférieur à l’âge minimal."),
            ),
        ]
        indexes = [models.Index(fields=["category", "practitioner"], name="visit_reason_by_category")]

    def __str__(self) -> str:
        return self.name

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.duration_minutes)

    @property
    def buffer(self) -> timedelta:
        return timedelta(minutes=self.buffer_minutes)

    def bookable_window(self, now: datetime) -> tuple[datetime, datetime]:
        """From the end of the notice to the end of the last day of the horizon (exclusive), house time."""
        last_day = clock.local(now).date() + timedelta(days=self.horizon_days)
        return now + timedelta(minutes=self.notice_minutes), clock.day_bounds(last_day)[1]

    def fits_age(self, age: int) -> bool:
        return (self.min_age is None or age >= self.min_age) and (self.max_age is None or age <= self.max_age)

    def last_free_cancellation(self, start_at: datetime) -> datetime:
        return start_at - timedelta(hours=self.cancel_limit_hours)
