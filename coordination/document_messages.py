"""The messages about documents: that one waits, for whom, where. Never what it is or says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notifications import email_to
from coordination.models import Document
from coordination.models.document import DocumentQuerySet
from core import clock
from core.outbox import rendering
from core.outbox.enqueue import enqueue
from core.outbox.models import OutboxMessage
from core.outbox.registry import Kind, Loaded, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from patients.models import Patient, Proxy
from practitioners.house import the_house
from practitioners.models import Practitioner

TEMPLATES = "coordination/messages"
# The file is being checked meanwhile, and a slip can be taken back: what is pointless by then is never sent.
LATER = timedelta(minutes=5)


def to_file(patient: Patient, practitioner: Practitioner, documents: Sequence[Document]) -> None:
    """One message for all that were sent together."""
    if practitioner.user is not None and documents:
        _tell([practitioner.user], TO_FILE.name, documents[0], LATER)


def returned(document: Document) -> None:
    _tell([document.added_by], RETURNED.name, document)


def shared(patient: Patient, documents: Sequence[Document]) -> None:
    """Everybody who acts for the person reads it in his own space."""
    acting = Proxy.objects.in_force().filter(patient=patient).values("user")
    if documents:
        _tell(list(User.objects.filter(pk__in=acting, is_active=True)), SHARED.name, documents[0], LATER)


def _tell(users: Sequence[User], kind: str, document: Document, later: timedelta = timedelta(0)) -> None:
    enqueue(
        [
            email_to(user, kind, document, f"{document.pk}:{user.pk}", due_at=clock.now() + later)
            for user in users
            if user.email
        ]
    )


def _render(template: str, messages: Sequence[OutboxMessage], page: str) -> Rendered:
    link = public_address(page)
    context = {"link": link, "centre": the_house().centre}
    return rendering.email(f"{TEMPLATES}/{template}", context)


def _still(messages: Sequence[OutboxMessage], rows: DocumentQuerySet) -> Mapping[int, str]:
    """Where the document is still what the message says of it."""
    standing = set(rows.filter(pk__in=[one.subject_id for one in messages]).values_list("pk", flat=True))
    return {one.pk: one.address for one in messages if one.subject_id in standing}


def _still_to_file(messages: Sequence[OutboxMessage]) -> Mapping[int, str]:
    return _still(messages, Document.objects.to_file())


def _still_shared(messages: Sequence[OutboxMessage]) -> Mapping[int, str]:
    return _still(messages, Document.objects.readable().filter(shared_at__isnull=False))


def _to_file(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    return _render("document_to_file", messages, "documents_to_file")


def _returned(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    return _render("document_returned", messages, "my_documents")


def _shared(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    return _render("document_shared", messages, "my_documents")


TO_FILE = register(
    Kind(name="document.to_file", label=_("document à classer"), render=_to_file, addresses=_still_to_file)
)
RETURNED = register(Kind(name="document.returned", label=_("réponse à un envoi"), render=_returned))
SHARED = register(
    Kind(name="document.shared", label=_("document partagé"), render=_shared, addresses=_still_shared)
)
