"""The workshop: what a group comes for, and who animates it."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from practitioners.models import Centre, Place, Practitioner, Room

MOST_SEATS = 200


class WorkshopKind(models.TextChoices):
    PREVENTION = "prevention", _("prévention")
    EDUCATION = "education", _("éducation thérapeutique")
    GROUP = "group", _("activité de groupe")


class WhoMayEnrol(models.TextChoices):
    EVERYBODY = "everybody", _("tout le monde")
    KNOWN = "known", _("patients déjà suivis dans la maison")
    INVITED = "invited", _("sur invitation de l’équipe")


class EnrolmentUnit(models.TextChoices):
    DATE = "date", _("à chaque date")
    CYCLE = "cycle", _("à tout le cycle")


class WorkshopQuerySet(models.QuerySet["Workshop"]):
    def public(self) -> WorkshopQuerySet:
        """What everybody may read of. A sensitive workshop is nobody's business."""
        return self.filter(is_listed=True, is_sensitive=False)


class Workshop(models.Model):
    """Prevention, éducation thérapeutique or a group activity. Its dates are cycles of sessions."""

    centre = models.ForeignKey(
        Centre, verbose_name=_("maison"), on_delete=models.PROTECT, related_name="workshops"
    )
    title = models.CharField(_("titre"), max_length=120)
    slug = models.SlugField(_("nom dans l’adresse"), max_length=120, unique=True)
    kind = models.CharField(_("nature"), max_length=12, choices=WorkshopKind, default=WorkshopKind.PREVENTION)
    description = models.TextField(_("description"), max_length=3000, blank=True)
    animators = models.ManyToManyField(Practitioner, verbose_name=_("animé par"), related_name="workshops")
    is_sensitive = models.BooleanField(_("sujet sensible"), default=False)
    who = models.CharField(
        _("qui peut s’inscrire"), max_length=10, choices=WhoMayEnrol, default=WhoMayEnrol.EVERYBODY
    )
    unit = models.CharField(
        _("on s’inscrit"), max_length=5, choices=EnrolmentUnit, default=EnrolmentUnit.DATE
    )
    seats = models.PositiveSmallIntegerField(
        _("places"), default=10, validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)]
    )
    min_age = models.PositiveSmallIntegerField(
        _("à partir de (âge)"), null=True, blank=True, validators=[MaxValueValidator(120)]
    )
    place = models.ForeignKey(
        Place, verbose_name=_("lieu"), on_delete=models.PROTECT, related_name="workshops"
    )
    room = models.ForeignKey(
        Room,
        verbose_name=_("salle"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="workshops",
    )
    price = models.CharField(_("tarif"), max_length=120, blank=True)
    contact = models.CharField(_("contact pour les questions"), max_length=200, blank=True)
    withdraw_limit_hours = models.PositiveSmallIntegerField(
        _("désistement en ligne jusqu’à (heures avant)"), default=24, validators=[MaxValueValidator(336)]
    )
    is_listed = models.BooleanField(_("annoncé sur le site"), default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = WorkshopQuerySet.as_manager()

    class Meta:
        verbose_name = _("atelier")
        verbose_name_plural = _("ateliers")
        ordering = ("title", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(seats__range=(1, MOST_SEATS)),
                name="workshop_seats_in_range",
                violation_error_message=_("Un atelier compte de 1 à 200 places."),
            ),
            models.CheckConstraint(
                condition=Q(is_sensitive=False) | Q(who=WhoMayEnrol.INVITED),
                name="workshop_sensitive_by_invitation",
                violation_error_message=_("Un atelier sur un sujet sensible se fait sur invitation."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("workshop", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.is_listed and not self.is_sensitive

    @property
    def is_cycle(self) -> bool:
        return self.unit == EnrolmentUnit.CYCLE

    @property
    def public_title(self) -> str:
        """What may be read outside the animators and the desk."""
        return str(_("Atelier")) if self.is_sensitive else self.title
