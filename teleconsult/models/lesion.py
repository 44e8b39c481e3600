"""A place of the skin that is followed over time, and the words for places of the body."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import clock
from patients.models import Patient


class BodySite(models.TextChoices):
    SCALP = "scalp", _("cuir chevelu")
    FOREHEAD = "forehead", _("front")
    FACE = "face", _("visage")
    EYELID = "eyelid", _("paupière")
    EAR = "ear", _("oreille")
    NOSE = "nose", _("nez")
    MOUTH = "mouth", _("lèvres et bouche")
    NECK = "neck", _("cou et nuque")
    SHOULDER = "shoulder", _("épaule")
    CHEST = "chest", _("poitrine")
    ABDOMEN = "abdomen", _("ventre")
    BACK = "back", _("haut du dos")
    LOWER_BACK = "lower-back", _("bas du dos")
    BUTTOCK = "buttock", _("fesse")
    GENITAL = "genital", _("aine et région génitale")
    ARM = "arm", _("bras")
    FOREARM = "forearm", _("avant-bras et coude")
    HAND = "hand", _("main et poignet")
    NAIL = "nail", _("ongle")
    THIGH = "thigh", _("cuisse")
    LEG = "leg", _("genou et jambe")
    FOOT = "foot", _("pied et cheville")
    WIDE = "wide", _("plusieurs endroits")
    OTHER = "other", _("autre endroit")


class Side(models.TextChoices):
    LEFT = "left", _("à gauche")
    RIGHT = "right", _("à droite")
    MIDDLE = "middle", _("au milieu")


class Placed(models.Model):
    """Where on the body."""

    body_site = models.CharField(_("endroit du corps"), max_length=10, choices=BodySite)
    side = models.CharField(_("côté"), max_length=6, choices=Side, blank=True)
    precision = models.CharField(_("précision"), max_length=80, blank=True)

    class Meta:
        abstract = True

    @property
    def place(self) -> str:
        """« haut du dos, à gauche, sous l’omoplate »."""
        said = (self.get_body_site_display(), self.get_side_display(), self.precision)
        return ", ".join(str(one) for one in said if one)


class LesionQuerySet(models.QuerySet["Lesion"]):
    def in_order(self) -> LesionQuerySet:
        return self.order_by("body_site", "label", "pk")


class Lesion(Placed):
    """« Lésion suivie »: photographs of one place, taken on several days, are compared with each other."""

    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.CASCADE, related_name="lesions"
    )
    label = models.CharField(_("nom de la lésion"), max_length=80)
    first_seen_on = models.DateField(_("vue pour la première fois le"), null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("notée par"), on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField(_("notée le"), default=clock.now, editable=False)

    objects = LesionQuerySet.as_manager()

    class Meta:
        verbose_name = _("lésion suivie")
        verbose_name_plural = _("lésions suivies")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(label=""),
                name="lesion_has_a_name",
                violation_error_message=_("Donnez un nom à cette lésion."),
            )
        ]

    def __str__(self) -> str:
        return gettext("%(label)s (%(place)s)") % {"label": self.label, "place": self.place}
