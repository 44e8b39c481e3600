"""Who cares: professionals of the house, visiting ones, and outside correspondents."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from core.formats import identifiers
from core.formats.phone import PhoneField
from practitioners.models.centre import Centre, Place
from practitioners.models.profession import Profession


class Kind(models.TextChoices):
    MEMBER = "member", _("exerce dans la maison")
    VISITING = "visiting", _("vient d’un établissement partenaire")
    REMOTE = "remote", _("consulte à distance")
    CORRESPONDENT = "correspondent", _("correspondant extérieur")


class FeesSector(models.TextChoices):
    SECTOR_1 = "1", _("conventionné secteur 1")
    SECTOR_2 = "2", _("conventionné secteur 2")
    OPTAM = "2-optam", _("conventionné secteur 2, dépassements maîtrisés (Optam)")
    CONVENTIONED = "c", _("conventionné")
    UNREGULATED = "nc", _("non conventionné")


class SpokenLanguage(models.TextChoices):
    FRENCH = "fr", _("français")
    ENGLISH = "en", _("anglais")
    DUTCH = "nl", _("néerlandais")
    ARABIC = "ar", _("arabe")
    SPANISH = "es", _("espagnol")
    ITALIAN = "it", _("italien")
    POLISH = "pl", _("polonais")
    PORTUGUESE = "pt", _("portugais")
    SIGN = "fsl", _("langue des signes")


class ScheduleDetail(models.TextChoices):
    """What colleagues outside a patient's care team read of his visit on the shared schedule."""

    BUSY = "busy", _("occupé, sans plus")
    REASON = "reason", _("le motif")
    NAME = "name", _("le motif et le nom du patient")


class PractitionerQuerySet(models.QuerySet["Practitioner"]):
    def active(self, day: date | None = None) -> PractitionerQuerySet:
        day = day or clock.today()
        return self.filter(
            Q(active_until=None) | Q(active_until__gte=day),
            Q(active_from=None) | Q(active_from__lte=day),
        )

    def listed(self) -> PractitionerQuerySet:
        """Shown to the public."""
        return self.active().filter(is_listed=True)

    def with_names(self) -> PractitionerQuerySet:
        return self.select_related("profession")


def profession_of(title: str, name: str, feminine_name: str) -> str:
    """« infirmière » for Mme. Behind « Dr » the titles of medicine are the same for women and men."""
    return feminine_name if title == "Mme" and feminine_name else name


class Practitioner(models.Model):
    """A self-employed professional, controller of his own file. May exist without an account."""

    centre = models.ForeignKey(
        Centre,
        verbose_name=_("maison"),
        on_delete=models.PROTECT,
        related_name="practitioners",
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("compte"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="practitioner",
    )
    kind = models.CharField(_("lien avec la maison"), max_length=15, choices=Kind, default=Kind.MEMBER)
    profession = models.ForeignKey(
        Profession,
        verbose_name=_("profession"),
        on_delete=models.PROTECT,
        related_name="practitioners",
    )
    speciality = models.CharField(_("spécialité, orientation"), max_length=120, blank=True)
    title = models.CharField(_("civilité"), max_length=20, blank=True, help_text=_("Dr, M., Mme"))
    first_name = models.CharField(_("prénom"), max_length=80)
    last_name = models.CharField(_("nom"), max_length=80)
    slug = models.SlugField(_("nom dans l’adresse"), max_length=120, unique=True)
    rpps = models.CharField(
        _("RPPS"),
        max_length=11,
        null=True,
        blank=True,
        unique=True,
        validators=[identifiers.rpps],
    )
    phone = PhoneField(_("téléphone professionnel"), blank=True)
    presentation = models.TextField(_("présentation"), max_length=2000, blank=True)
    languages = ArrayField(
        models.CharField(max_length=3, choices=SpokenLanguage),
        verbose_name=_("langues parlées"),
        default=list,
        blank=True,
    )
    fees_sector = models.CharField(_("secteur"), max_length=10, choices=FeesSector, blank=True)
    fees_notes = models.CharField(_("tarifs, tiers payant"), max_length=300, blank=True)
    accepts_new_patients = models.BooleanField(_("prend de nouveaux patients"), default=True)
    photo = models.ImageField(_("photo"), upload_to="practitioners/", blank=True)
    places: models.ManyToManyField[Place, PractitionerPlace] = models.ManyToManyField(
        Place,
        through="PractitionerPlace",
        verbose_name=_("lieux"),
        related_name="practitioners",
    )
    is_listed = models.BooleanField(_("dans l’annuaire public"), default=True)
    schedule_detail = models.CharField(
        _("ce que vos collègues voient sur le planning"),
        max_length=6,
        choices=ScheduleDetail,
        default=ScheduleDetail.BUSY,
        db_default=ScheduleDetail.BUSY,
    )
    active_from = models.DateField(_("exerce depuis le"), null=True, blank=True)
    active_until = models.DateField(_("exerce jusqu’au"), null=True, blank=True)

    objects = PractitionerQuerySet.as_manager()

    class Meta:
        verbose_name = _("professionnel")
        verbose_name_plural = _("professionnels")
        ordering = ("last_name", "first_name")
        constraints = [
            models.CheckConstraint(
                condition=Q(active_until=None) | Q(active_from=None) | Q(active_until__gte=F("active_from")),
                name="practitioner_dates_in_order",
                violation_error_message=_("La fin d’exercice ne peut pas précéder son début."),
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return " ".join(part for part in (self.title, self.first_name, self.last_name) if part)

    @property
    def profession_name(self) -> str:
        return profession_of(self.title, self.profession.name, self.profession.feminine_name)

    def get_absolute_url(self) -> str:
        return reverse("practitioner", args=[self.slug])

    def get_languages_display(self) -> list[str]:
        labels = dict(SpokenLanguage.choices)
        return [str(labels.get(code, code)) for code in self.languages]


class PractitionerPlace(models.Model):
    practitioner = models.ForeignKey(Practitioner, on_delete=models.CASCADE)
    place = models.ForeignKey(Place, verbose_name=_("lieu"), on_delete=models.PROTECT)

    class Meta:
        verbose_name = _("lieu d’exercice")
        verbose_name_plural = _("lieux d’exercice")
        constraints = [
            models.UniqueConstraint(
                fields=["practitioner", "place"],
                name="practitioner_place_once",
                violation_error_message=_("Ce lieu est déjà indiqué."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.place}"
