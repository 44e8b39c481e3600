"""The house and its walls."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.formats import identifiers
from core.formats.phone import PhoneField


class HolidayZone(models.TextChoices):
    METROPOLE = "", _("France métropolitaine")
    ALSACE_MOSELLE = "6AE", _("Alsace-Moselle")


class Centre(models.Model):
    """The maison de santé itself. One deployment serves one; nothing forbids several."""

    name = models.CharField(_("nom"), max_length=120)
    slug = models.SlugField(_("nom dans l’adresse"), unique=True)
    tagline = models.CharField(_("présentation en une phrase"), max_length=200, blank=True)
    finess = models.CharField(_("FINESS"), max_length=9, blank=True, validators=[identifiers.finess])
    address = models.CharField(_("adresse"), max_length=200)
    postal_code = models.CharField(_("code postal"), max_length=5)
    city = models.CharField(_("commune"), max_length=100)
    phone = PhoneField(_("téléphone"), blank=True)
    email = models.EmailField(_("e-mail du secrétariat"), blank=True)
    access_notes = models.TextField(_("comment venir, accessibilité"), blank=True)
    opening_hours_text = models.CharField(_("horaires d’accueil"), max_length=200, blank=True)
    holiday_zone = models.CharField(
        _("jours fériés"),
        max_length=3,
        choices=HolidayZone,
        default=HolidayZone.METROPOLE,
        blank=True,
    )

    class Meta:
        verbose_name = _("maison de santé")
        verbose_name_plural = _("maisons de santé")

    def __str__(self) -> str:
        return self.name

    @property
    def one_line_address(self) -> str:
        return f"{self.address}, {self.postal_code} {self.city}"


class Place(models.Model):
    """Where care is given: the main building, an annexe. A practitioner may work in several."""

    centre = models.ForeignKey(
        Centre,
        verbose_name=_("maison"),
        on_delete=models.PROTECT,
        related_name="places",
    )
    name = models.CharField(_("nom"), max_length=120)
    address = models.CharField(_("adresse"), max_length=200)
    postal_code = models.CharField(_("code postal"), max_length=5)
    city = models.CharField(_("commune"), max_length=100)
    access_notes = models.TextField(_("comment venir"), blank=True)
    step_free = models.BooleanField(_("accessible en fauteuil roulant"), default=True)

    class Meta:
        verbose_name = _("lieu")
        verbose_name_plural = _("lieux")
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "name"],
                name="place_name_unique_in_centre",
                violation_error_message=_("Un lieu porte déjà ce nom."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def one_line_address(self) -> str:
        return f"{self.address}, {self.postal_code} {self.city}"


class Room(models.Model):
    """A room holds one appointment at a time: PostgreSQL refuses the second one."""

    place = models.ForeignKey(Place, verbose_name=_("lieu"), on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(_("nom"), max_length=80)
    floor_note = models.CharField(_("étage, repère"), max_length=120, blank=True)
    is_active = models.BooleanField(_("en service"), default=True, db_default=True)

    class Meta:
        verbose_name = _("salle")
        verbose_name_plural = _("salles")
        ordering: ClassVar = ["place", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"],
                name="room_name_unique_in_place",
                violation_error_message=_("Une salle porte déjà ce nom dans ce lieu."),
            )
        ]

    def __str__(self) -> str:
        return self.name
