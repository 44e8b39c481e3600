"""Requests for an opinion and their answers in the timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.timeline import Entry, Source, Words, add_source
from patients.models import Patient
from practitioners.models import Practitioner
from teleconsult.expertise_access import KIND
from teleconsult.models import ExpertiseAnswer, ExpertiseRequest


def _requests(patient: Patient, reader: Practitioner | None) -> QuerySet[ExpertiseRequest]:
    return ExpertiseRequest.objects.sent().filter(patient=patient)


def _request_lines(rows: Iterable[ExpertiseRequest]) -> Iterator[Entry]:
    for row in rows:
        assert row.sent_at is not None
        plain = _("Avis demandé à distance")
        yield Entry(
            kind=KIND,
            pk=row.pk,
            at=row.sent_at,
            title=_("Avis demandé : %(who)s") % {"who": row.addressee},
            summary=row.get_state_display(),
            author=row.requester.display_name,
            url=reverse("expertise_request", args=[row.pk]),
            title_for_desk=plain,
            title_for_patient=plain,
        )


def _answers(patient: Patient, reader: Practitioner | None) -> QuerySet[ExpertiseAnswer]:
    return ExpertiseAnswer.objects.standing().filter(request__patient=patient)


def _answer_lines(rows: Iterable[ExpertiseAnswer]) -> Iterator[Entry]:
    for row in rows:
        title = _("Avis de %(who)s") % {"who": row.author.display_name}
        yield Entry(
            kind="expertise_answer",
            pk=row.pk,
            at=row.written_at,
            title=title,
            summary=str(row),
            author=row.author.display_name,
            whole=row.request_id,
            url=reverse("expertise_request", args=[row.request_id]),
            title_for_desk=title,
            title_for_patient=title,
        )


add_source(
    Source(
        kind=KIND,
        label=gettext_lazy("Demandes d’avis"),
        sign="send",
        at="sent_at",
        rows=_requests,
        entries=Words(
            lambda keys: [ExpertiseRequest.objects.with_people().filter(pk__in=keys)], _request_lines
        ),
        author="requester",
        searched=("question",),
    )
)
add_source(
    Source(
        kind="expertise_answer",
        label=gettext_lazy("Avis à distance"),
        sign="file-earmark-text",
        at="written_at",
        rows=_answers,
        entries=Words(
            lambda keys: [ExpertiseAnswer.objects.filter(pk__in=keys).select_related("author")], _answer_lines
        ),
        author="author",
        searched=("conclusion", "details"),
        # Read on the page of its request, and closed with it.
        may_be_opposed=False,
        part_of=(KIND, "request"),
    )
)
