"""Identities that are not qualified yet, those who come soon first. Reads, never writes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from appointments.models import Appointment
from patients.models import IdentityCorrection, Patient

SOON = timedelta(days=14)


def to_qualify(now: datetime, *, status: str = "", soon: bool = True) -> QuerySet[Patient]:
    """Each with `next_visit`; `soon` narrows to the coming fortnight, else everybody, the newest records first.

    A constant number of queries: the visits of the fortnight name the patients, not the other way round.
    """
    coming = Appointment.objects.coming(now).counted_once()
    next_visit = coming.filter(patient=OuterRef("pk")).order_by("start_at").values("start_at")[:1]
    rows = (
        Patient.objects.living()
        .identified()
        .exclude(ins_retrieved=True, identity_checked=True)
        .annotate(next_visit=Subquery(next_visit))
        .prefetch_related(
            Prefetch(
                "corrections",
                IdentityCorrection.objects.select_related("by").order_by("-at", "-pk"),
            )
        )
    )
    wanted = {
        "PROV": Q(ins_retrieved=False, identity_checked=False),
        "RECUP": Q(ins_retrieved=True, identity_checked=False),
        "VALI": Q(ins_retrieved=False, identity_checked=True),
    }
    rows = rows.filter(wanted.get(status, Q()))
    if soon:
        keys = coming.filter(start_at__lt=now + SOON, patient__isnull=False).values("patient")
        return rows.filter(pk__in=keys).order_by("next_visit", "pk")
    return rows.order_by("-created_at", "-pk")
