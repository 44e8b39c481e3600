"""Requests to partners in the timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.timeline import Entry, Source, Words, add_source
from partnerships.models import ConsultationRequest
from partnerships.request_access import KIND
from patients.models import Patient
from practitioners.models import Practitioner


def _requests(patient: Patient, reader: Practitioner | None) -> QuerySet[ConsultationRequest]:
    return ConsultationRequest.objects.sent().filter(patient=patient)


def _lines(rows: Iterable[ConsultationRequest]) -> Iterator[Entry]:
    for row in rows:
        assert row.received_at is not None
        title = _("Demande à un partenaire : %(name)s") % {"name": row.programme.name}
        author = row.requester.display_name if row.requester is not None else row.get_origin_display()
        yield Entry(
            kind=KIND,
            pk=row.pk,
            at=row.received_at,
            title=title,
            summary=str(row.get_state_display()),
            author=str(author),
            url=reverse("consultation_request", args=[row.pk]),
            title_for_desk=title,
            title_for_patient=title,
        )


add_source(
    Source(
        kind=KIND,
        label=gettext_lazy("Demandes aux partenaires"),
        sign="building",
        at="received_at",
        rows=_requests,
        entries=Words(lambda keys: [ConsultationRequest.objects.with_people().filter(pk__in=keys)], _lines),
        author="requester",
        searched=("question",),
    )
)
