"""What has become of each patient whom an absence touches: read from visit, offer and request, never kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.cascade import reachable
from appointments.models import (
    Absence,
    Appointment,
    Cascade,
    CascadeLine,
    Disruption,
    SlotOffer,
    Status,
    WaitingRequest,
)
from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.models.disruption import Outcome
from appointments.models.offer import OfferState
from core import clock


class Standing(models.TextChoices):
    """Every patient is in one of these, and in one only."""

    NEW = "new", _("rien de prévu encore")
    PLANNED = "planned", _("proposition prête, pas envoyée")
    OFFERED = "offered", _("heure proposée, sans réponse encore")
    WAITING = "waiting", _("sur la liste d’attente")
    TO_CALL = "call", _("à appeler")
    UNREACHABLE = "unreachable", _("injoignable : ni téléphone ni e-mail")
    REPLACED = "replaced", _("replacé")
    KEPT = "kept", _("maintenu")
    CANCELLED = "cancelled", _("annulé")


# Nobody has to do anything more for these.
DONE = frozenset({Standing.REPLACED, Standing.KEPT, Standing.CANCELLED})
# The patient, or the list, has the next word.
IN_FLIGHT = frozenset({Standing.OFFERED, Standing.WAITING})
# A new proposal may be made for these.
TO_PLAN = frozenset({Standing.NEW, Standing.PLANNED, Standing.TO_CALL, Standing.UNREACHABLE})
OUTCOMES = {
    Outcome.MOVED: Standing.REPLACED,
    Outcome.KEPT: Standing.KEPT,
    Outcome.CANCELLED: Standing.CANCELLED,
}


@dataclass
class Row:
    """One patient of the list."""

    appointment: Appointment
    standing: Standing
    line: CascadeLine | None
    # The last time that was offered in place of this visit, whatever the answer.
    offer: SlotOffer | None
    request: WaitingRequest | None

    @property
    def is_done(self) -> bool:
        return self.standing in DONE


@dataclass
class Progress:
    rows: list[Row]

    @property
    def counts(self) -> list[tuple[Standing, int]]:
        found = Counter(row.standing for row in self.rows)
        return [(standing, found[standing]) for standing in Standing if found[standing]]

    @property
    def done(self) -> int:
        return sum(row.is_done for row in self.rows)

    @property
    def planned(self) -> list[Row]:
        return [row for row in self.rows if row.standing == Standing.PLANNED]

    @property
    def to_plan(self) -> list[Row]:
        return [row for row in self.rows if row.standing in TO_PLAN]


def progress_of(absence: Absence, cascade: Cascade | None, now: datetime | None = None) -> Progress:
    """Who still waits for an answer, and whoever was on the plan once. Six queries for any number of them."""
    now = now or clock.now()
    stranded = Disruption.objects.open(now).filter(
        appointment__practitioner=absence.practitioner_id,
        appointment__start_at__lt=absence.end_at,
        appointment__end_at__gt=absence.start_at,
    )
    lines = _lines(cascade)
    visits = Appointment.objects.filter(Q(pk__in=stranded.values("appointment")) | Q(pk__in=lines.keys()))
    return Progress(_rows(visits, lines, now))


def rows_among(visits: AppointmentQuerySet, cascade: Cascade, now: datetime) -> list[Row]:
    """The same for visits that are known, whenever they were to be."""
    return _rows(visits, _lines(cascade), now)


def _rows(among: AppointmentQuerySet, lines: dict[int, CascadeLine], now: datetime) -> list[Row]:
    visits = list(among.with_details().order_by("start_at", "pk"))
    keys = [visit.pk for visit in visits]
    settled = _settled(keys)
    offers = {
        offer.replaces_id: offer
        for offer in SlotOffer.objects.filter(replaces__in=keys)
        .select_related("practitioner", "reason")
        .order_by("pk")
    }
    requests = {
        request.current_id: request
        for request in WaitingRequest.objects.live().filter(current__in=keys, only_earlier=False)
    }
    reached = reachable([visit.patient for visit in visits if visit.patient is not None])
    rows = []
    for visit in visits:
        line, offer, request = lines.get(visit.pk), offers.get(visit.pk), requests.get(visit.pk)
        standing = _standing(visit, settled.get(visit.pk, ""), line, offer, request, now)
        if standing in (Standing.TO_CALL, Standing.NEW) and visit.patient_id not in reached:
            standing = Standing.UNREACHABLE
        rows.append(Row(visit, standing, line, offer, request))
    return rows


def _standing(
    visit: Appointment,
    outcome: str,
    line: CascadeLine | None,
    offer: SlotOffer | None,
    request: WaitingRequest | None,
    now: datetime,
) -> Standing:
    if visit.status == Status.CANCELLED:
        return Standing.CANCELLED
    if outcome:
        return OUTCOMES[Outcome(outcome)]
    if offer is not None and offer.state == OfferState.SENT and offer.expires_at > now:
        return Standing.OFFERED
    if line is not None and line.sent_at is None:
        return Standing.PLANNED
    if request is not None:
        return Standing.WAITING
    return Standing.NEW if line is None else Standing.TO_CALL


def _lines(cascade: Cascade | None) -> dict[int, CascadeLine]:
    if cascade is None:
        return {}
    lines = CascadeLine.objects.filter(cascade=cascade)
    lines = lines.select_related("reason__practitioner", "reason__category", "offer")
    return {line.appointment_id: line for line in lines}


def _settled(keys: Sequence[int]) -> dict[int, str]:
    """How the latest trouble of each visit ended; empty while it stands."""
    rows = Disruption.objects.filter(appointment__in=keys).order_by("pk")
    return dict(rows.values_list("appointment_id", "outcome"))
