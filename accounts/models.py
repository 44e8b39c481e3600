"""Who signs in: one person, one e-mail address, and the hats that he wears in the house."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import proofs
from core import clock
from core.formats.phone import PhoneField


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})
        RoleAssignment.objects.create(user=user, role=Role.ADMINISTRATOR)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class Language(models.TextChoices):
    FRENCH = "fr", _("français")
    ENGLISH = "en", _("anglais")


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in. What he is for the house (patient, professional …) are rows that point here."""

    email = models.EmailField(
        _("adresse e-mail"),
        max_length=254,
        unique=True,
        error_messages={"unique": _("Un compte existe déjà avec cette adresse.")},
    )
    first_name = models.CharField(_("prénom"), max_length=100, blank=True)
    last_name = models.CharField(_("nom"), max_length=100, blank=True)
    phone = PhoneField(_("téléphone"), blank=True)
    language = models.CharField(_("langue"), max_length=5, choices=Language, default=Language.FRENCH)
    is_staff = models.BooleanField(_("accès à la gestion"), default=False)
    is_active = models.BooleanField(_("actif"), default=True)
    date_joined = models.DateTimeField(_("inscrit le"), default=clock.now)
    password_reset_at = models.DateTimeField(
        _("mot de passe refait par e-mail le"), null=True, blank=True, editable=False
    )
    second_proof_at = models.DateTimeField(
        _("premier mot de passe choisi par e-mail le"), null=True, blank=True, editable=False
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("utilisateur")
        verbose_name_plural = _("utilisateurs")
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lowercase"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.email

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles in force today; read once per request."""
        if self.pk is None:
            return frozenset()
        return frozenset(self.role_assignments.in_force().values_list("role", flat=True))

    @property
    def reset_waits_until(self) -> datetime | None:
        """Until when a password that came through the mailbox is in doubt; None where none is. Never of who works here:
        his second factor stands behind it."""
        if self.password_reset_at is None or self.works_here:
            return None
        return None if _has_waited(self.password_reset_at) else self.password_reset_at + proofs.RESET_WAIT

    @property
    def doubted_since(self) -> datetime | None:
        """When, in the day that is past, somebody who reads his mailbox chose how one enters: was it he? None where
        nobody asks, as of who works here."""
        asked = [at for at in (self.password_reset_at, self.second_proof_at) if at and not _has_waited(at)]
        return min(asked) if asked and not self.works_here else None

    @property
    def works_here(self) -> bool:
        """True for everybody who sees other people's data: second factor and short sessions apply."""
        return bool(self.roles) or self.is_staff


def _has_waited(since: datetime) -> bool:
    return since + proofs.RESET_WAIT <= clock.now()


class Role(models.TextChoices):
    PRACTITIONER = "practitioner", _("professionnel de santé")
    INTERN = "intern", _("interne")
    SECRETARY = "secretary", _("secrétaire")
    COORDINATOR = "coordinator", _("coordinateur")
    PARTNER = "partner", _("professionnel partenaire")
    ADMINISTRATOR = "administrator", _("administrateur")


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def in_force(self, day: date | None = None) -> RoleAssignmentQuerySet:
        day = day or clock.today()
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class RoleAssignment(models.Model):
    """A hat, from a day to a day: a row, so that what somebody was in March stays known in June."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.CharField(_("rôle"), max_length=20, choices=Role)
    since = models.DateField(_("depuis le"), default=clock.today)
    until = models.DateField(_("jusqu’au"), null=True, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("rôle attribué")
        verbose_name_plural = _("rôles attribués")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "since"],
                name="role_assignment_once",
                violation_error_message=_("Ce rôle est déjà attribué à cette date."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                name="role_assignment_dates_in_order",
                violation_error_message=_("La fin ne peut pas précéder le début."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
