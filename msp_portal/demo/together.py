"""What takes several visits: a prescription of ten sessions half used up, and two professionals at once."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from appointments.availability import Slot
from appointments.joint import JointWish, joint_slots
from appointments.models import Appointment, AppointmentSeries, Status, VisitReason
from appointments.patient_times import PatientTimes
from appointments.series import Pattern
from core import clock
from msp_portal.demo.cast import Family
from msp_portal.demo.visits import Diary
from patients.models import Patient

PRESCRIBED, PAST_WEEKS, COMING = 10, 3, 4
ENDINGS = (Status.FULFILLED, Status.FULFILLED, Status.NO_SHOW, Status.FULFILLED, Status.FULFILLED)


def give(diary: Diary, family: Family, accounts: dict[str, User]) -> None:
    secretary = accounts["secretariat@demo.example"]
    ten_sessions(diary, family.mother, secretary)
    _joint(diary, family.father, secretary)


def _reason(diary: Diary, name: str, reason_name: str) -> VisitReason:
    member = diary.house.member(f"{name}@demo.example")
    return next(reason for reason, _spec in member.reasons if reason.name == reason_name)


def ten_sessions(diary: Diary, patient: Patient, secretary: User) -> AppointmentSeries:
    """Mondays and Thursdays with the physiotherapist, in the middle of it."""
    reason = _reason(diary, "kine", "Séance de rééducation")
    today = clock.local(diary.now).date()
    begun = today - timedelta(weeks=PAST_WEEKS, days=1)
    pattern = Pattern(begun, (0, 3))
    _reference, key = diary.identity()
    series = AppointmentSeries.objects.create(
        request_id=key,
        patient=patient,
        practitioner_id=reason.practitioner_id,
        reason=reason,
        prescribed=PRESCRIBED,
        prescribed_on=begun - timedelta(days=4),
        prescriber=diary.house.member("medecin@demo.example").row.display_name,
        first_day=begun,
        weekdays=list(pattern.weekdays),
        created_at=diary.now - timedelta(weeks=PAST_WEEKS, days=3),
        created_by=secretary,
    )
    last = today + timedelta(weeks=6)
    times = PatientTimes([reason], patient, (begun, last), clock.day_bounds(begun)[0])
    targets = [target for target in pattern.targets(30) if target.day != today and target.day <= last]
    free = [slots[0] for target in targets if (slots := times.free_on(target.day))]
    past = [slot for slot in free if slot.end_at < diary.now][-len(ENDINGS) :]
    coming = [slot for slot in free if slot.start_at > diary.now][:COMING]
    for slot, status in zip(past, ENDINGS, strict=False):
        _save(diary, slot, patient, status, secretary, series=series)
    for slot in coming:
        _save(diary, slot, patient, Status.BOOKED, secretary, series=series)
    return series


def _joint(diary: Diary, patient: Patient, secretary: User) -> None:
    """His doctor and the nurse see him together next week."""
    wish = JointWish(
        [_reason(diary, "medecin", "Consultation de suivi")],
        [_reason(diary, "infirmiere", "Pansement ou injection")],
    )
    start = diary.now + timedelta(days=5)
    pairs = joint_slots(wish, patient, start, start + timedelta(days=30), now=diary.now)
    if not pairs:
        return
    host = _save(diary, pairs[0].first, patient, Status.BOOKED, secretary)
    guest = _row(diary, pairs[0].second, patient, Status.BOOKED, secretary)
    guest.room_id, guest.accompanies = None, host
    guest.save(force_insert=True)


def _save(
    diary: Diary,
    slot: Slot,
    patient: Patient,
    status: Status,
    secretary: User,
    series: AppointmentSeries | None = None,
) -> Appointment:
    row = _row(diary, slot, patient, status, secretary)
    row.series = series
    row.save(force_insert=True)
    return row


def _row(diary: Diary, slot: Slot, patient: Patient, status: Status, secretary: User) -> Appointment:
    reference, request_id = diary.identity()
    return Appointment(
        reference=reference,
        request_id=request_id,
        status=status,
        practitioner_id=slot.reason.practitioner_id,
        reason=slot.reason,
        patient=patient,
        place_id=slot.opening.place_id,
        room_id=slot.opening.room_id,
        place_kind=slot.reason.place_kind,
        opening_id=slot.opening.id,
        start_at=slot.start_at,
        end_at=slot.end_at,
        blocked_until=slot.blocked_until,
        booked_at=min(slot.start_at, diary.now) - timedelta(days=4),
        booked_by=secretary,
        origin="phone",
    )
