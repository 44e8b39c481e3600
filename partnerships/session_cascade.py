"""What has become of everybody who was expected in a session that fell away: read, never kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from appointments.cascade_progress import Row, Standing, rows_among
from appointments.models import Appointment, Cascade, CascadeLine, Status
from appointments.models.cascade import Step
from appointments.models.disruption import Outcome
from appointments.models.offer import OfferState
from partnerships.models import ExpectedPatient
from patients.models import Proxy


class Fate(models.TextChoices):
    """Every patient is in one of these, and in one only."""

    NEW = "new", _("rien de prévu encore")
    PLANNED = "planned", _("proposition prête, pas envoyée")
    TO_CALL = "call", _("à appeler")
    UNREACHABLE = "unreachable", _("injoignable : ni téléphone ni e-mail")
    OFFERED = "offered", _("place proposée, sans réponse encore")
    NEXT = "next", _("a dit non ou n’a pas répondu : la suite part")
    LEAVING = "leaving", _("prévenu, va sur la liste d’attente")
    ACCEPTED = "accepted", _("a accepté la place proposée")
    CHOSE = "chose", _("a choisi une autre heure")
    CALLED = "called", _("replacé par l’équipe")
    LISTED = "listed", _("sur la liste d’attente, avec son ancienneté")
    KEPT = "kept", _("maintenu")
    REFUSED = "refused", _("ne vient plus")
    CANCELLED = "cancelled", _("annulé par la maison")
    DIED = "died", _("décédé")


# Somebody of the house has to do something.
TO_DO = frozenset({Fate.NEW, Fate.PLANNED, Fate.TO_CALL, Fate.UNREACHABLE})
# The patient, or the clock, has the next word.
UNDER_WAY = frozenset({Fate.OFFERED, Fate.NEXT, Fate.LEAVING})
ENDED = frozenset(set(Fate) - TO_DO - UNDER_WAY)
STANDINGS = {
    Standing.NEW: Fate.NEW,
    Standing.PLANNED: Fate.PLANNED,
    Standing.OFFERED: Fate.OFFERED,
    Standing.WAITING: Fate.LEAVING,
    Standing.TO_CALL: Fate.TO_CALL,
    Standing.UNREACHABLE: Fate.UNREACHABLE,
    Standing.KEPT: Fate.KEPT,
    Standing.CANCELLED: Fate.CANCELLED,
}


@dataclass(frozen=True)
class Patient:
    """One line of the screen. `rank` counts from 1."""

    expected: ExpectedPatient
    row: Row
    fate: Fate
    rank: int

    @property
    def visit(self) -> Appointment:
        return self.row.appointment

    @property
    def line(self) -> CascadeLine | None:
        return self.row.line

    @property
    def is_done(self) -> bool:
        return self.fate in ENDED

    @property
    def is_to_do(self) -> bool:
        return self.fate in TO_DO


@dataclass
class Progress:
    patients: list[Patient]

    def _number(self, fates: frozenset[Fate]) -> int:
        return sum(one.fate in fates for one in self.patients)

    @property
    def to_do(self) -> int:
        return self._number(TO_DO)

    @property
    def under_way(self) -> int:
        return self._number(UNDER_WAY)

    @property
    def done(self) -> int:
        return self._number(ENDED)

    @property
    def planned(self) -> int:
        return self._number(frozenset({Fate.PLANNED}))

    @property
    def counts(self) -> list[tuple[Fate, int]]:
        found = Counter(one.fate for one in self.patients)
        return [(fate, found[fate]) for fate in Fate if found[fate]]

    def to_plan(self, now: datetime) -> list[Row]:
        """A proposal may be made, or made anew, as long as the hour that was lost has not passed."""
        return [one.row for one in self.patients if one.is_to_do and one.visit.start_at > now]


def expected_in(cascade: Cascade) -> list[ExpectedPatient]:
    """In their turn; one query."""
    return in_turn(expected_of(cascade))


def expected_of(cascade: Cascade) -> QuerySet[ExpectedPatient]:
    return ExpectedPatient.objects.filter(cascade=cascade).select_related(
        "disruption", "request", "session__programme__category__profession", "session__programme__partner"
    )


def in_turn(found: Iterable[ExpectedPatient]) -> list[ExpectedPatient]:
    return sorted(found, key=lambda one: one.turn)


def progress_of(cascade: Cascade, now: datetime, expected: Sequence[ExpectedPatient] = ()) -> Progress:
    """Seven queries for any number of patients."""
    expected = expected or expected_in(cascade)
    keys = [one.disruption.appointment_id for one in expected]
    rows = {
        row.appointment.pk: row for row in rows_among(Appointment.objects.filter(pk__in=keys), cascade, now)
    }
    themselves = _by_themselves(expected, rows)
    patients = []
    for rank, one in enumerate(expected, start=1):
        row = rows[one.disruption.appointment_id]
        patients.append(Patient(one, row, _fate(one, row, now, moved_himself=one.pk in themselves), rank))
    return Progress(patients)


def _fate(one: ExpectedPatient, row: Row, now: datetime, *, moved_himself: bool) -> Fate:
    visit, trouble = row.appointment, one.disruption
    if one.listed_at is not None:
        return Fate.LISTED
    if trouble.outcome == Outcome.MOVED:
        return _moved(row, moved_himself=moved_himself)
    if trouble.outcome == Outcome.KEPT:
        return Fate.KEPT
    if visit.patient is not None and visit.patient.deceased_on is not None:
        return Fate.DIED
    if visit.status == Status.CANCELLED:
        is_his = one.refused_at is not None or moved_himself
        return Fate.REFUSED if is_his else Fate.CANCELLED
    return _open(row, now)


def _moved(row: Row, *, moved_himself: bool) -> Fate:
    if row.line is not None and row.line.offer is not None and row.line.offer.state == OfferState.ACCEPTED:
        return Fate.ACCEPTED
    return Fate.CHOSE if moved_himself else Fate.CALLED


def _open(row: Row, now: datetime) -> Fate:
    line = row.line
    has_passed = row.appointment.start_at <= now
    if line is None or line.sent_at is None:
        # Nothing can be proposed in its place any more without speaking to him.
        return Fate.TO_CALL if has_passed else STANDINGS[row.standing]
    if row.standing == Standing.OFFERED:
        return Fate.OFFERED
    if line.step == Step.WAIT:
        return Fate.LEAVING
    return STANDINGS[row.standing] if line.step == Step.CALL else Fate.NEXT


def _by_themselves(expected: Sequence[ExpectedPatient], rows: dict[int, Row]) -> set[int]:
    """Whose visit was moved or cancelled by an account that acts for the patient; one query."""
    who = {}
    for one in expected:
        visit = rows[one.disruption.appointment_id].appointment
        by = visit.cancelled_by_id if visit.status == Status.CANCELLED else one.disruption.settled_by_id
        if by is not None:
            who[one.pk] = (by, visit.patient_id)
    acting = set(
        Proxy.objects.filter(
            user__in={user for user, _patient in who.values()},
            patient__in={patient for _user, patient in who.values() if patient is not None},
        )
        .order_by()
        .values_list("user_id", "patient_id")
    )
    return {pk for pk, pair in who.items() if pair in acting}
