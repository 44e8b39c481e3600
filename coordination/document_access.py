"""Who reads which document: the care team through the record's door, the person through his own. Hidden is missing."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from accounts.access import Visitor
from accounts.models import User
from coordination import access
from coordination.access import Reader
from coordination.models import Document
from coordination.models.document import DocumentQuerySet
from core.refusal import Refusal
from core.uploads.models import UploadState
from patients.access import patients_listed_for, patients_of, practitioner_of
from patients.care_team import care_team_of
from patients.models import Patient
from practitioners.models import Practitioner
from practitioners.models.practitioner import PractitionerQuerySet

KIND = "document"


def documents_for_care(patient: Patient, reader: Reader) -> DocumentQuerySet:
    """The whole story for who takes part in the care; what is still checked or was refused is its sender's business."""
    mine = Q(added_by=reader.user)
    rows = Document.objects.with_file().filter(Q(upload__state=UploadState.READY) | mine, patient=patient)
    return access.readable(rows, patient, reader, KIND)


def open_documents(user: User, pk: int) -> tuple[Patient, Reader]:
    """The record for who may read what is clinical; the desk is not told that there is anything."""
    patient, reader = access.open_record(user, pk)
    if reader.at_desk:
        raise Http404
    return patient, reader


def open_document(user: User, pk: int, document_pk: int) -> tuple[Document, Reader]:
    """One document, through the record's door, with its line."""
    patient, reader = open_documents(user, pk)
    return _one(patient, reader, document_pk), reader


def reopen_document(user: User, pk: int, document_pk: int) -> tuple[Document, Reader]:
    """The same for what the page fetches after itself: states, pictures."""
    patient, reader = access.reopen_record(user, pk)
    if reader.at_desk:
        raise Http404
    return _one(patient, reader, document_pk), reader


def _one(patient: Patient, reader: Reader, pk: int) -> Document:
    rows = documents_for_care(patient, reader)
    document: Document = access.get_entry_or_404(rows, patient, reader, KIND, pk)
    return document


def documents_of_space(user: Visitor) -> DocumentQuerySet:
    """What the account reads of itself and of those it acts for: shared with them, or sent from their side."""
    own = Q(added_by_id=user.pk or 0)
    people = patients_of(user).values("pk")
    rows = Document.objects.with_file().select_related("patient").filter(patient__in=people)
    return rows.for_patient().filter(Q(upload__state=UploadState.READY) | own).current()


def get_document_of_space(user: Visitor, pk: int) -> Document:
    document = documents_of_space(user).filter(pk=pk).first()
    if document is None:
        raise Http404
    return document


def waiting_for(user: User) -> DocumentQuerySet:
    """« À classer » of one professional, the oldest first; a patient who closed his record to him is not among them."""
    practitioner = practitioner_of(user)
    if practitioner is None:
        return Document.objects.none()
    rows = Document.objects.to_file().with_file().select_related("patient")
    mine = rows.filter(addressed_to=practitioner, patient__in=patients_listed_for(user).values("pk"))
    return access.without_closed(mine, practitioner, KIND).order_by("added_at", "pk")


def could_receive(patient: Patient) -> PractitionerQuerySet:
    """Professionals of the person's own care team, to whom he or the desk may send something."""
    keys = list(care_team_of(patient))
    return Practitioner.objects.active().filter(pk__in=keys).exclude(user=None).with_names()


def deposited_by(user: User, patient: Patient) -> DocumentQuerySet:
    """What this person of the desk sent to a professional and what became of it: states, nothing of the content."""
    return Document.objects.with_file().filter(patient=patient, added_by=user, origin="desk")


class NotInTeam(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce professionnel ne suit pas cette personne. Choisissez dans la liste."))


def receivers_for(people: Iterable[Patient]) -> PractitionerQuerySet:
    """Whoever cares for one of these people."""
    keys = {key for patient in people for key in care_team_of(patient)}
    return Practitioner.objects.active().filter(pk__in=keys).exclude(user=None).with_names()


def check_receiver(patient: Patient, practitioner: Practitioner) -> Practitioner:
    """Of this person's own team, not of a relative's. Raises `NotInTeam`."""
    if not could_receive(patient).filter(pk=practitioner.pk).exists():
        raise NotInTeam
    return practitioner


def may_change(document: Document, reader: Reader) -> bool:
    """Who added it, who took it into the record, and whom it was addressed to answer for it."""
    mine = {document.added_by_id, document.filed_by_id}
    addressed = reader.practitioner is not None and document.addressed_to_id == reader.practitioner.pk
    return not document.is_withdrawn and (reader.user.pk in mine or addressed)
