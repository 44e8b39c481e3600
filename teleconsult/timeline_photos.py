"""Photographs in the timeline: a line for each sitting, not for each picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordination.timeline import Entry, Source, Words, add_source
from core.uploads.models import UploadState
from patients.models import Patient
from practitioners.models import Practitioner
from teleconsult.models import BodySite, ClinicalPhoto, PhotoSitting
from teleconsult.photo_access import KIND

SHOWN = Q(photos__withdrawn_at=None, photos__upload__state=UploadState.READY)


def _sittings(patient: Patient, reader: Practitioner | None) -> QuerySet[PhotoSitting]:
    return PhotoSitting.objects.shown().filter(patient=patient)


def _asked(keys: Any) -> list[QuerySet[Any, Any]]:
    sittings = PhotoSitting.objects.filter(pk__in=keys).select_related("taken_by__practitioner")
    places = ClinicalPhoto.objects.shown().filter(sitting__in=keys)
    return [
        sittings.annotate(number=Count("photos", filter=SHOWN)),
        places.order_by("sitting", "body_site").distinct("sitting", "body_site"),
    ]


def _name(person: Any) -> str:
    """A professional is named with his title, as on every other line."""
    practitioner = getattr(person, "practitioner", None)
    return practitioner.display_name if practitioner else str(person)


def _lines(rows: Iterable[Any], places: Iterable[ClinicalPhoto]) -> Iterator[Entry]:
    where: dict[int, list[str]] = {}
    for photo in places:
        where.setdefault(photo.sitting_id, []).append(str(BodySite(photo.body_site).label))
    for sitting in rows:
        yield Entry(
            kind=KIND,
            pk=sitting.pk,
            at=sitting.taken_at,
            title=ngettext("%(n)s photo", "%(n)s photos", sitting.number) % {"n": sitting.number},
            summary=", ".join(where.get(sitting.pk, [])),
            author=_name(sitting.taken_by),
            url=f"{reverse('clinical_photos', args=[sitting.patient_id])}#sitting-{sitting.pk}",
            title_for_patient=_("Des photos"),
        )


add_source(
    Source(
        kind=KIND,
        label=gettext_lazy("Photos"),
        sign="camera",
        at="taken_at",
        rows=_sittings,
        entries=Words(_asked, _lines),
        author="taken_by__practitioner",
    )
)
