"""Referrals and their reports in the timeline."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.models import Referral, ReferralReport
from coordination.timeline import Entry, Source, add_source
from patients.models import Patient
from practitioners.models import Practitioner


def _referrals(patient: Patient, reader: Practitioner | None) -> QuerySet[Referral]:
    return Referral.objects.filter(patient=patient).exclude(sent_at=None)


def _referral_lines(keys: Collection[int]) -> Iterator[Entry]:
    for row in Referral.objects.with_people().filter(pk__in=keys):
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


def _report_lines(keys: Collection[int]) -> Iterator[Entry]:
    rows = ReferralReport.objects.filter(pk__in=keys).select_related("author", "referral__requester")
    for row in rows.prefetch_related("measures"):
        measures = [
            f"{one.name} {one.before:g} → {one.after:g} {one.unit}".strip()
            for one in row.measures.all()
            if one.before is not None and one.after is not None
        ]
        words = _("Bilan pour %(who)s") % {"who": row.referral.requester.display_name}
        yield Entry(
            kind="report",
            pk=row.pk,
            at=row.written_at,
            title=words,
            summary=", ".join([*measures, str(row.get_proposal_display())]),
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
        entries=_referral_lines,
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
        entries=_report_lines,
        author="author",
        searched=("done", "advice"),
        # Read on the page of its referral, and closed with it.
        may_be_opposed=False,
        part_of=("referral", "referral"),
    )
)
