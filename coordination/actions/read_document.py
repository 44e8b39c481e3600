"""Reading what a document says leaves a line that the patient can read."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from coordination.models import Document
from core import clock
from core.audit.models import AuditEvent
from core.audit.record import record
from core.formats import french
from patients.access import OPENED

# Its pages are looked at one after the other: that is one reading.
ONE_READING = timedelta(minutes=15)
READ = f"{OPENED}_document"
DOWNLOADED = f"{OPENED}_document_file"


def note_reading(document: Document, *, actor: User) -> None:
    """Once for all pages that are looked at together."""
    recent = AuditEvent.objects.filter(
        subject_type=document._meta.label_lower,
        subject_id=document.pk,
        at__gt=clock.now() - ONE_READING,
        actor=actor,
        action=READ,
    )
    if not recent.exists():
        _note(document, READ, _("a lu un document ajouté le %(day)s"), actor)


def note_download(document: Document, *, actor: User) -> None:
    """Each time: the file has left the portal."""
    _note(document, DOWNLOADED, _("a téléchargé un document ajouté le %(day)s"), actor)


def _note(document: Document, action: str, words: str, actor: User) -> None:
    reason = words % {"day": french.full_day_with_year(document.added_at)}
    record(actor, action, document, patient_id=document.patient_id, reason=reason)
