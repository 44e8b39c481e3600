"""Referrals and their reports in the timeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.models import Referral, ReferralReport
from coordination.models.referral_report import ReferralMeasure
from coordination.timeline import Entry, Source, Words, add_source
from patients.models import Patient
from practitioners.models import Practitioner


def _referrals(patient: Patient, reader: Practitioner | None) -> QuerySet[Referral]:
    return Referral.objects.filter(patient=patient).exclude(sent_at=None)


def _referral_lines(rows: Iterable[Referral]) -> Iterator[Entry]:
    for row in rows:
        assert row.sent_at is not None
        asked = _("Adressage à %(who)s") % {"who": row.addressee}
        yield Entry(
            kind="referral",
            pk=row.pk,
            at=row.sent_at,
            title=f"{asked}\N{NO-BREAK SPACE}: {row.subject}",
            summary=row.get_state_display(),
            author=row.requester.display_name,
            url=reverse("referral", args=[row.pk]),
            title_for_desk=asked,
            title_for_patient=asked,
        )


def _reports(patient: Patient, reader: Practitioner | None) -> QuerySet[ReferralReport]:
    return ReferralReport.objects.filter(referral__patient=patient)


def _reports_asked(keys: Collection[int]) -> list[QuerySet[Any, Any]]:
    return [
        ReferralReport.objects.filter(pk__in=keys).select_related("author", "referral__requester"),
        ReferralMeasure.objects.filter(report__in=keys, before__isnull=False, after__isnull=False),
    ]


def _report_lines(rows: Iterable[ReferralReport], measured: Iterable[ReferralMeasure]) -> Iterator[Entry]:
    results: dict[int, list[str]] = defaultdict(list)
    for one in measured:
        results[one.report_id].append(f"{one.name} {one.before:g} → {one.after:g} {one.unit}".strip())
    for row in rows:
        words = _("Bilan pour %(who)s") % {"who": row.referral.requester.display_name}
        yield Entry(
            kind="report",
            pk=row.pk,
            at=row.written_at,
            title=words,
            summary=", ".join([*results[row.pk], str(row.get_proposal_display())]),
            author=row.author.display_name,
            whole=row.referral_id,
            url=reverse("referral", args=[row.referral_id]),
            title_for_desk=words,
            title_for_patient=words,
        )


add_source(
    Source(
        kind="referral",
        label=gettext_lazy("Adressages"),
        sign="send",
        at="sent_at",
        rows=_referrals,
        entries=Words(lambda keys: [Referral.objects.with_people().filter(pk__in=keys)], _referral_lines),
        author="requester",
        searched=("subject",),
    )
)
add_source(
    Source(
        kind="report",
        label=gettext_lazy("Bilans"),
        sign="file-earmark-text",
        at="written_at",
        rows=_reports,
        entries=Words(_reports_asked, _report_lines),
        author="author",
        searched=("done", "advice"),
        # Read on the page of its referral, and closed with it.
        may_be_opposed=False,
        part_of=("referral", "referral"),
    )
)
