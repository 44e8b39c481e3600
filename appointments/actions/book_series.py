"""A whole series is booked: every session that was proposed, or none."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments import caps, notifications
from appointments.actions.claim import NoEquipment, ResourceShut, claim
from appointments.actions.hold import sweep_aside
from appointments.availability import Slot
from appointments.conditions import check_alone, check_nothing_to_ask
from appointments.followers import tell_followers
from appointments.models import (
    Appointment,
    AppointmentSeries,
    Origin,
    SeriesInvitation,
    Status,
    VisitReason,
)
from appointments.patient_times import PatientTimes
from appointments.seating import NoSeat
from appointments.series import Pattern
from appointments.series_progress import progress_of
from appointments.signals import invitation_used
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from patients.actions.note_contact import note_contact
from patients.models import Patient


class SessionsLost(Refusal):
    """Some of the times are gone. Nothing was booked; `slots` says which ones."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        super().__init__(
            _(
                "Des heures viennent d’être prises : rien n’est réservé. Remplacez-les ci-dessous, puis confirmez."
            )
        )
        self.slots = list(slots)


class SeriesFull(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("L’ordonnance ne compte pas autant de séances : celles qui sont prises comptent aussi.")
        )


class SeriesEnded(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette série est arrêtée : on n’y ajoute plus de séances."))


class NothingChosen(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Aucune séance n’a d’heure : choisissez-en au moins une."))


class InvitationOver(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette invitation n’est plus valable. Appelez le secrétariat."))


@dataclass(frozen=True)
class Prescription:
    """What the paper says, as the office notes it: nothing medical."""

    prescribed: int
    prescribed_on: date | None = None
    prescriber: str = ""


def start_series(
    patient: Patient,
    reasons: Sequence[VisitReason],
    pattern: Pattern,
    prescription: Prescription,
    slots: Sequence[Slot],
    *,
    actor: User,
    key: uuid.UUID,
    origin: Origin = Origin.DESK,
    invitation: SeriesInvitation | None = None,
) -> AppointmentSeries:
    """The series and its sessions in one transaction; the same `key` again answers the series that it made.

    The first of `reasons` is the patient's professional, the others may take turns. Raises
    `SessionsLost`, `SeriesFull`, `NothingChosen` or, for an invitation, `InvitationOver`; nothing is written then.
    """
    with transaction.atomic():
        _lock(patient, slots)
        known = AppointmentSeries.objects.filter(request_id=key, patient=patient).first()
        if known is not None:
            return known
        series = _write_down(patient, reasons, pattern, prescription, actor=actor, key=key)
        record(
            actor,
            "series.started",
            series,
            patient_id=patient.pk,
            prescribed=series.prescribed,
            taken=len(slots),
        )
        _book_all(series, slots, actor=actor, key=key, origin=origin)
        _use_invitation(series, invitation, actor)
    return series


def _write_down(
    patient: Patient,
    reasons: Sequence[VisitReason],
    pattern: Pattern,
    prescription: Prescription,
    *,
    actor: User,
    key: uuid.UUID,
) -> AppointmentSeries:
    series = AppointmentSeries.objects.create(
        request_id=key,
        patient=patient,
        practitioner=reasons[0].practitioner,
        reason=reasons[0],
        prescribed=prescription.prescribed,
        prescribed_on=prescription.prescribed_on,
        prescriber=prescription.prescriber,
        first_day=pattern.first_day,
        weekdays=sorted(pattern.weekdays),
        half=pattern.half,
        hour=pattern.hour,
        every_n_weeks=pattern.every_n_weeks,
        gap_days=pattern.gap_days,
        created_by=actor,
    )
    series.relays.set(reasons[1:])
    return series


def _use_invitation(series: AppointmentSeries, invitation: SeriesInvitation | None, actor: User) -> None:
    """The one that the patient followed; at the desk the one that waits for this patient and this professional."""
    waiting = SeriesInvitation.objects.waiting().filter(patient=series.patient)
    if invitation is not None:
        waiting = waiting.filter(pk=invitation.pk)
    else:
        waiting = waiting.filter(reason__practitioner=series.practitioner).order_by("created_at", "pk")
    used = waiting.select_for_update(of=("self",), no_key=True).first()
    if used is None:
        if invitation is not None:
            raise InvitationOver
        return
    used.series = series
    used.save(update_fields=["series"])
    invitation_used.send(sender=SeriesInvitation, invitation=used, series=series, actor=actor)


def add_sessions(
    series: AppointmentSeries,
    slots: Sequence[Slot],
    *,
    actor: User,
    key: uuid.UUID,
    origin: Origin = Origin.DESK,
) -> list[Appointment]:
    """More of the prescribed sessions, all or none. Raises what `start_series` raises, and `SeriesEnded`."""
    with transaction.atomic():
        _lock(series.patient, slots)
        series = AppointmentSeries.objects.select_for_update(of=("self",), no_key=True).get(pk=series.pk)
        known = Appointment.objects.filter(request_id__in=[_request_id(key, slot) for slot in slots])
        if known.exists():
            return list(known.filter(series=series))
        if not series.is_running:
            raise SeriesEnded
        return _book_all(series, slots, actor=actor, key=key, origin=origin)


def series_of_request(patient: Patient, key: uuid.UUID, starts: Sequence[int]) -> int | None:
    """Key of the series for which this request has booked already."""
    rows = Appointment.objects.filter(
        patient=patient, request_id__in=[uuid.uuid5(key, str(start)) for start in starts]
    )
    return rows.values_list("series_id", flat=True).first()


def lock_for_several(patient_id: int, practitioners: Sequence[int]) -> None:
    """Who books several times at once waits for the others who do: their rows could meet crosswise.

    Single bookings go on beside it; each of them waits with nothing in its hands.
    """
    lock("several", 0)
    lock("agenda", *practitioners, shared=True)
    lock("patient", patient_id)


def _lock(patient: Patient, slots: Sequence[Slot]) -> None:
    if not slots:
        raise NothingChosen
    lock_for_several(patient.pk, [slot.reason.practitioner_id for slot in slots])


def _book_all(
    series: AppointmentSeries, slots: Sequence[Slot], *, actor: User, key: uuid.UUID, origin: Origin
) -> list[Appointment]:
    _hold_counts(series, slots)
    now = clock.now()
    ordered = sorted(slots, key=lambda slot: slot.start)
    check_alone(*{slot.reason for slot in ordered})
    lost = no_longer_free(series.patient, ordered)
    rows = []
    for slot in ordered:
        if slot in lost:
            continue
        row = _session(series, slot)
        row.request_id = _request_id(key, slot)
        row.booked_at, row.booked_by, row.origin = now, actor, origin
        if _is_ours(row, slot, now):
            rows.append(row)
        else:
            lost.append(slot)
    if lost:
        raise SessionsLost(lost)
    _tell(series, rows, actor, now)
    return rows


def _hold_counts(series: AppointmentSeries, slots: Sequence[Slot]) -> None:
    """Raises `SeriesFull` beyond what was prescribed, `CapReached` beyond what the law pays."""
    if len(slots) > progress_of([series])[series.pk].left:
        raise SeriesFull
    by_programme: dict[int, list[Slot]] = {}
    for slot in slots:
        by_programme.setdefault(slot.reason.programme_id or 0, []).append(slot)
    for several in by_programme.values():
        caps.hold_cap(several[0].reason, series.patient, [slot.start_at for slot in several])


def _is_ours(row: Appointment, slot: Slot, now: datetime) -> bool:
    sweep_aside(slot.reason.practitioner_id, slot.opening.room_id, slot.start_at, slot.blocked_until, now)
    check_nothing_to_ask(slot.reason)
    try:
        return claim(row, now) is not None
    except (NoEquipment, NoSeat, ResourceShut):
        return False


def _tell(series: AppointmentSeries, rows: Sequence[Appointment], actor: User, now: datetime) -> None:
    note_contact(series.patient, now)
    for row in rows:
        record(
            actor,
            "appointment.booked",
            row,
            patient_id=series.patient_id,
            reference=row.reference,
            origin=str(row.origin),
            series=series.pk,
        )
        tell_followers(row)
    notifications.several_booked(series, rows)


def no_longer_free(
    patient: Patient, slots: Sequence[Slot], giving_up: Sequence[Appointment] = ()
) -> list[Slot]:
    """Those of the slots that are no longer free: asked again under lock, so that nothing has to be undone."""
    days = [slot.local_day for slot in slots]
    reasons = list({slot.reason.pk: slot.reason for slot in slots}.values())
    times = PatientTimes(reasons, patient, (min(days), max(days)), clock.now(), giving_up)
    return [slot for slot in slots if times.find(slot.reason.pk, slot.start) is None]


def _session(series: AppointmentSeries, slot: Slot) -> Appointment:
    return Appointment(
        status=Status.BOOKED,
        series=series,
        practitioner=slot.reason.practitioner,
        reason=slot.reason,
        patient=series.patient,
        place_id=slot.opening.place_id,
        room_id=slot.opening.room_id,
        place_kind=slot.reason.place_kind,
        opening_id=slot.opening.id,
        start_at=slot.start_at,
        end_at=slot.end_at,
        blocked_until=slot.blocked_until,
    )


def _request_id(key: uuid.UUID, slot: Slot) -> uuid.UUID:
    return uuid.uuid5(key, str(slot.start))
