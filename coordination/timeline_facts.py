"""Allergies and alerts in the timeline, on the day when they were noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.models import Alert, Allergy
from coordination.timeline import Entry, Source, Words, add_source
from core.formats import french
from patients.models import Patient
from practitioners.models import Practitioner


def _allergies(patient: Patient, reader: Practitioner | None) -> QuerySet[Allergy]:
    return Allergy.objects.filter(patient=patient)


def _allergy_lines(rows: Iterable[Allergy]) -> Iterator[Entry]:
    for row in rows:
        named = _("Allergie notée : %(name)s") % {"name": row.substance}
        yield Entry(
            kind="allergy",
            pk=row.pk,
            at=row.noted_at,
            title=_("Aucune allergie connue") if row.is_none_known else named,
            summary=_withdrawn(row)
            or ", ".join(part for part in (row.get_criticality_display(), row.reaction) if part),
            author=str(row.noted_by),
        )


def _alerts(patient: Patient, reader: Practitioner | None) -> QuerySet[Alert]:
    return Alert.objects.filter(patient=patient)


def _alert_lines(rows: Iterable[Alert]) -> Iterator[Entry]:
    for row in rows:
        yield Entry(
            kind="alert",
            pk=row.pk,
            at=row.noted_at,
            title=_("Alerte : %(text)s") % {"text": row.text},
            summary=_withdrawn(row) or row.get_kind_display(),
            author=str(row.noted_by),
        )


def _withdrawn(row: Allergy | Alert) -> str:
    if row.withdrawn_at is None:
        return ""
    words = {"day": french.full_day_with_year(row.withdrawn_at), "why": row.withdrawn_why}
    return _("retirée le %(day)s : %(why)s") % words


add_source(
    Source(
        kind="allergy",
        label=gettext_lazy("Allergies"),
        sign="exclamation-octagon",
        at="noted_at",
        rows=_allergies,
        entries=Words(
            lambda keys: [Allergy.objects.filter(pk__in=keys).select_related("noted_by")], _allergy_lines
        ),
        author="noted_by__practitioner",
        searched=("substance", "reaction"),
    )
)
add_source(
    Source(
        kind="alert",
        label=gettext_lazy("Alertes"),
        sign="exclamation-triangle",
        at="noted_at",
        rows=_alerts,
        entries=Words(
            lambda keys: [Alert.objects.filter(pk__in=keys).select_related("noted_by")], _alert_lines
        ),
        author="noted_by__practitioner",
        searched=("text",),
    )
)
