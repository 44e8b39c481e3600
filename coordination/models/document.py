"""A document about a patient (FHIR DocumentReference): what it is, from when and from whom, and who may read it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.formats import french
from core.uploads.models import Upload, UploadState
from patients.models import Patient
from practitioners.models import Practitioner


class DocumentKind(models.TextChoices):
    PRESCRIPTION = "prescription", _("ordonnance")
    REPORT = "report", _("compte rendu")
    LETTER = "letter", _("courrier")
    IMAGING = "imaging", _("imagerie")
    RESULT = "result", _("résultat d’examen")
    PHOTO = "photo", _("photo")
    OTHER = "other", _("autre document")


class DocumentState(models.TextChoices):
    TO_FILE = "to-file", _("à classer")
    CURRENT = "current", _("classé")
    RETURNED = "returned", _("renvoyé")
    # FHIR's word: it should never have been in this record.
    WITHDRAWN = "entered-in-error", _("retiré")


class Origin(models.TextChoices):
    CARE = "care", _("un professionnel")
    PATIENT = "patient", _("le patient")
    DESK = "desk", _("l’accueil")


class DocumentQuerySet(models.QuerySet["Document"]):
    def with_file(self) -> DocumentQuerySet:
        return self.select_related("upload", "added_by", "addressed_to")

    def readable(self) -> DocumentQuerySet:
        """Checked and not withdrawn: what there is to read, earlier versions included."""
        kept = [DocumentState.CURRENT, DocumentState.TO_FILE]
        return self.filter(state__in=kept, upload__state=UploadState.READY)

    def current(self) -> DocumentQuerySet:
        """Without those that a newer version stands for. One that was refused or withdrawn stands for nothing."""
        newer = Document.objects.readable().filter(replaces=OuterRef("pk"))
        return self.filter(~Exists(newer))

    def filed(self) -> DocumentQuerySet:
        """Part of the record: what the timeline shows."""
        return self.readable().current().filter(state=DocumentState.CURRENT)

    def to_file(self) -> DocumentQuerySet:
        return self.readable().filter(state=DocumentState.TO_FILE)

    def for_patient(self) -> DocumentQuerySet:
        """What the person reads: shared with him, or sent by his own side."""
        return self.filter(Q(shared_at__isnull=False) | Q(origin=Origin.PATIENT)).exclude(
            state=DocumentState.WITHDRAWN
        )


class Document(models.Model):
    """Never overwritten: a new version is a row that `replaces` the old one; a mistake is withdrawn with its reason."""

    patient = models.ForeignKey(
        Patient, verbose_name=_("patient"), on_delete=models.CASCADE, related_name="documents"
    )
    upload = models.OneToOneField(
        Upload, verbose_name=_("fichier"), on_delete=models.PROTECT, related_name="document"
    )
    kind = models.CharField(_("nature"), max_length=12, choices=DocumentKind, default=DocumentKind.OTHER)
    title = models.CharField(_("titre"), max_length=120)
    dated_on = models.DateField(_("date du document"), default=clock.today)
    source = models.CharField(_("auteur ou provenance"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    origin = models.CharField(_("ajouté par"), max_length=7, choices=Origin, default=Origin.CARE)
    addressed_to = models.ForeignKey(
        Practitioner,
        verbose_name=_("adressé à"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents_received",
    )
    state = models.CharField(_("état"), max_length=16, choices=DocumentState, default=DocumentState.CURRENT)
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("remplace"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaced_by",
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("ajouté par"), on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("ajouté le"), default=clock.now, editable=False)
    shared_at = models.DateTimeField(_("partagé avec le patient le"), null=True, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    filed_at = models.DateTimeField(_("classé ou renvoyé le"), null=True, blank=True)
    answer = models.CharField(_("réponse à l’expéditeur"), max_length=300, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True, blank=True)
    withdrawn_why = models.CharField(_("raison du retrait"), max_length=300, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="entered-in-error") | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_why=""),
                name="document_withdrawn_says_why",
                violation_error_message=_("Un document retiré porte la raison de son retrait."),
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(answer=""),
                name="document_returned_says_why",
                violation_error_message=_("Un document renvoyé porte une réponse."),
            ),
            models.CheckConstraint(
                condition=~Q(state="to-file") | Q(addressed_to__isnull=False),
                name="document_to_file_is_somebody_s",
                violation_error_message=_("Un document à classer est adressé à un professionnel."),
            ),
        ]
        indexes = [
            models.Index(fields=["patient", "-added_at"], name="document_by_patient"),
            models.Index(
                fields=["addressed_to", "added_at"], condition=Q(state="to-file"), name="document_to_file"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_and_day(self) -> str:
        """What a document is called to which nobody gave a name."""
        label = str(self.get_kind_display())
        return f"{label[:1].upper()}{label[1:]}, {french.full_day_with_year(self.dated_on)}"

    @property
    def has_own_title(self) -> bool:
        return not self.title.startswith(self.kind_and_day)

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None

    @property
    def is_withdrawn(self) -> bool:
        return self.state == DocumentState.WITHDRAWN

    @property
    def is_to_file(self) -> bool:
        return self.state == DocumentState.TO_FILE

    @property
    def preview_numbers(self) -> range:
        return range(1, self.upload.previews + 1)
