"""The protocols that the team writes for itself: versions, signatures, a day to look at them again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from practitioners.models import Centre, Practitioner, Profession


class Protocol(models.Model):
    """What is always done the same way by several professions; its content is in its versions."""

    centre = models.ForeignKey(
        Centre, verbose_name=_("maison"), on_delete=models.PROTECT, related_name="protocols"
    )
    title = models.CharField(_("titre"), max_length=150)
    theme = models.CharField(_("thème"), max_length=80)
    owner = models.ForeignKey(
        Practitioner, verbose_name=_("responsable"), on_delete=models.PROTECT, related_name="protocols_owned"
    )
    professions = models.ManyToManyField(
        Profession, verbose_name=_("professions concernées"), related_name="protocols"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("protocole pluriprofessionnel")
        verbose_name_plural = _("protocoles pluriprofessionnels")
        ordering = ("theme", "title", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "title"],
                name="protocol_title_once",
                violation_error_message=_("Un protocole porte déjà ce titre."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class ProtocolState(models.TextChoices):
    DRAFT = "draft", _("en cours d’écriture")
    SIGNING = "signing", _("à signer")
    ADOPTED = "adopted", _("adopté")
    REPLACED = "replaced", _("remplacé")
    WITHDRAWN = "withdrawn", _("retiré")


class ProtocolVersion(models.Model):
    """Its words no longer change once signatures are asked for: `content_hash` is what each signature is for."""

    protocol = models.ForeignKey(Protocol, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.TextField(_("contenu"), max_length=30000)
    review_on = models.DateField(_("à revoir le"))
    state = models.CharField(_("état"), max_length=10, choices=ProtocolState, default=ProtocolState.DRAFT)
    content_hash = models.CharField(_("empreinte"), max_length=64, blank=True, editable=False)
    proposed_at = models.DateTimeField(_("proposé le"), null=True, blank=True, editable=False)
    adopted_on = models.DateField(_("adopté le"), null=True, blank=True, editable=False)
    ended_on = models.DateField(_("fin le"), null=True, blank=True, editable=False)
    ended_why = models.CharField(_("raison"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = _("version d’un protocole")
        verbose_name_plural = _("versions de protocoles")
        ordering = ("protocol", "-number")
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "number"],
                name="protocol_version_once",
                violation_error_message=_("Cette version existe déjà."),
            ),
            models.UniqueConstraint(
                fields=["protocol"],
                condition=Q(state=ProtocolState.ADOPTED),
                name="protocol_one_adopted",
                violation_error_message=_("Une version est déjà adoptée."),
            ),
            models.UniqueConstraint(
                fields=["protocol"],
                condition=Q(state__in=[ProtocolState.DRAFT, ProtocolState.SIGNING]),
                name="protocol_one_in_work",
                violation_error_message=_("Une nouvelle version est déjà en cours."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.protocol} v{self.number}"


class ProtocolSignature(models.Model):
    """Asked of everybody whose profession is concerned; without a date he has not signed."""

    version = models.ForeignKey(ProtocolVersion, on_delete=models.CASCADE, related_name="signatures")
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.PROTECT,
        related_name="protocol_signatures",
    )
    signed_at = models.DateTimeField(_("signé le"), null=True, blank=True)
    content_hash = models.CharField(_("empreinte signée"), max_length=64, blank=True)
    reminded_at = models.DateTimeField(_("relancé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "practitioner"],
                name="protocol_signature_once",
                violation_error_message=_("Cette signature est déjà demandée."),
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None) | ~Q(content_hash=""),
                name="protocol_signature_of_something",
                violation_error_message=_("Une signature porte l’empreinte du texte."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.practitioner} · {self.version}"
