"""Who is cared for: an identity that is trusted by degrees."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from core import clock
from core.formats import identifiers
from core.formats.phone import PhoneField
from practitioners.models import Practitioner

MAJORITY = 18


class Sex(models.TextChoices):
    FEMALE = "female", _("féminin")
    MALE = "male", _("masculin")
    UNKNOWN = "unknown", _("non renseigné")


class IdentityStatus(models.TextChoices):
    """The four exclusive statuses of the référentiel national d’identitovigilance, from two booleans."""

    PROVISIONAL = "PROV", _("provisoire")
    RETRIEVED = "RECUP", _("récupérée")
    VALIDATED = "VALI", _("validée")
    QUALIFIED = "QUAL", _("qualifiée")


class PatientQuerySet(models.QuerySet["Patient"]):
    def standing(self) -> PatientQuerySet:
        """Neither erased nor absorbed by another record of the same person."""
        return self.filter(erased_at=None, merged_into=None)

    def identified(self) -> PatientQuerySet:
        """Without those who are cared for under a pseudonym: they are never found by a name, never compared."""
        return self.filter(Q(pseudonym=None) | Q(pseudonym__lifted_at__isnull=False))

    def living(self) -> PatientQuerySet:
        return self.standing().filter(deceased_on=None)


class Patient(models.Model):
    """A person cared for. Read and written through `patients/access/` and `patients/actions/` only."""

    birth_name = models.CharField(_("nom de naissance"), max_length=100)
    birth_first_names = models.CharField(_("prénoms de naissance"), max_length=200)
    used_name = models.CharField(_("nom utilisé"), max_length=100, blank=True)
    used_first_name = models.CharField(_("prénom utilisé"), max_length=100, blank=True)
    birth_date = models.DateField(_("date de naissance"))
    sex = models.CharField(_("sexe"), max_length=10, choices=Sex, default=Sex.UNKNOWN)
    birth_place_code = models.CharField(
        _("code INSEE du lieu de naissance"),
        max_length=5,
        blank=True,
        help_text=_("99999 si inconnu"),
    )
    ins_number = models.CharField(_("matricule INS"), max_length=15, blank=True, validators=[identifiers.ins])
    ins_retrieved = models.BooleanField(_("identité reçue du téléservice INSi"), default=False)
    identity_checked = models.BooleanField(_("identité vérifiée sur un document"), default=False)

    email = models.EmailField(_("e-mail"), blank=True)
    phone = PhoneField(_("téléphone mobile"), blank=True)
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    postal_code = models.CharField(_("code postal"), max_length=5, blank=True)
    city = models.CharField(_("commune"), max_length=100, blank=True)

    attending_doctor = models.ForeignKey(
        Practitioner,
        verbose_name=_("médecin traitant"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="attended_patients",
    )
    attending_doctor_outside = models.CharField(_("médecin traitant extérieur"), max_length=120, blank=True)

    created_at = models.DateTimeField(_("créé le"), default=clock.now, editable=False)
    last_contact_at = models.DateTimeField(_("dernière venue ou réservation"), null=True, editable=False)
    deceased_on = models.DateField(_("décédé le"), null=True, blank=True)
    erased_at = models.DateTimeField(_("effacé le"), null=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("fusionné avec"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,  # read from the absorbed record only; the merges of the kept one are rows of their own
    )
    email_bounced_at = models.DateTimeField(_("e-mail refusé le"), null=True, editable=False)
    phone_failed_at = models.DateTimeField(_("SMS refusé le"), null=True, editable=False)

    objects = PatientQuerySet.as_manager()

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_date__gte=date(1880, 1, 1)),
                name="patient_birth_date_plausible",
                violation_error_message=_("Cette date de naissance est trop ancienne."),
            ),
            models.CheckConstraint(
                condition=Q(deceased_on=None) | Q(deceased_on__gte=F("birth_date")),
                name="patient_death_after_birth",
                violation_error_message=_("Le décès ne peut pas précéder la naissance."),
            ),
            models.CheckConstraint(
                condition=Q(ins_retrieved=False) | ~Q(ins_number=""),
                name="patient_ins_needs_a_number",
                violation_error_message=_("Une identité reçue du téléservice comporte un matricule."),
            ),
        ]
        indexes = [
            models.Index(fields=["birth_date"], name="patient_birth_date"),
            GinIndex(
                OpClass(Upper("birth_name"), name="gin_trgm_ops"),
                name="patient_birth_name_trgm",
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def first_name(self) -> str:
        return self.used_first_name or self.birth_first_names.split(" ")[0]

    @property
    def last_name(self) -> str:
        return self.used_name or self.birth_name

    @property
    def identity_status(self) -> IdentityStatus:
        if self.ins_retrieved:
            return IdentityStatus.QUALIFIED if self.identity_checked else IdentityStatus.RETRIEVED
        return IdentityStatus.VALIDATED if self.identity_checked else IdentityStatus.PROVISIONAL

    @property
    def is_under_pseudonym(self) -> bool:
        """One query, unless `pseudonym` was joined."""
        row = getattr(self, "pseudonym", None)
        return row is not None and row.lifted_at is None

    @property
    def shown_ins(self) -> str:
        """The number, where the rules let it be shown to others or sent: of a qualified identity only."""
        return self.ins_number if self.identity_status == IdentityStatus.QUALIFIED else ""

    def age_on(self, day: date) -> int:
        """Full years on that day; somebody born on 29 February grows older on 1 March."""
        before_birthday = (day.month, day.day) < (
            self.birth_date.month,
            self.birth_date.day,
        )
        return day.year - self.birth_date.year - before_birthday

    def is_minor_on(self, day: date) -> bool:
        return self.age_on(day) < MAJORITY

    @property
    def comes_of_age_on(self) -> date:
        """The 18th birthday; 1 March for somebody born on 29 February, as no such year is a leap year."""
        year = self.birth_date.year + MAJORITY
        if (self.birth_date.month, self.birth_date.day) == (2, 29):
            return date(year, 3, 1)
        return self.birth_date.replace(year=year)
