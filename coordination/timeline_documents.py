"""Documents in the timeline: the latest version of each that was taken into the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.models import Document
from coordination.timeline import Entry, Source, Words, add_source
from core.formats import french
from patients.models import Patient
from practitioners.models import Practitioner


def _documents(patient: Patient, reader: Practitioner | None) -> QuerySet[Document]:
    return Document.objects.filed().filter(patient=patient)


def _lines(rows: Iterable[Document]) -> Iterator[Entry]:
    for document in rows:
        said = [document.get_kind_display(), french.full_day_with_year(document.dated_on), document.source]
        yield Entry(
            kind="document",
            pk=document.pk,
            at=document.added_at,
            title=document.title,
            summary=", ".join(part for part in said if part),
            author=str(document.added_by),
            url=reverse("document", args=[document.patient_id, document.pk]),
            title_for_patient=document.title if document.is_shared else _("Un document"),
        )


add_source(
    Source(
        kind="document",
        label=gettext_lazy("Documents"),
        sign="file-earmark-text",
        at="added_at",
        rows=_documents,
        entries=Words(lambda keys: [Document.objects.with_file().filter(pk__in=keys)], _lines),
        author="added_by__practitioner",
        searched=("title", "source"),
    )
)
