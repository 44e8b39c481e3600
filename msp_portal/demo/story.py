"""The visits of the people that one signs in as: found among the slots that are really free."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from accounts.models import User
from appointments.availability import first_free
from appointments.models import Appointment, Audience, Status, VisitReason
from core import clock
from msp_portal.demo.cast import Family
from msp_portal.demo.visits import Diary
from patients.models import Patient

# Whose, of whom, what for, in how many days (before today where negative), how it ended.
FAMILY_VISITS = (
    ("mother", "medecin", "Consultation de suivi", -210, Status.FULFILLED),
    ("toddler", "medecin", "Enfant de moins de 6 ans", -95, Status.FULFILLED),
    ("mother", "medecin", "Consultation de suivi", -70, Status.FULFILLED),
    ("mother", "kine", "Séance de rééducation", -40, Status.FULFILLED),
    ("mother", "infirmiere", "Prise de sang au cabinet", -33, Status.FULFILLED),
    ("mother", "kine", "Séance de rééducation", -26, Status.NO_SHOW),
    ("child", "medecin", "Certificat de sport ou d’aptitude", -20, Status.CANCELLED),
    ("mother", "kine", "Séance de rééducation", -12, Status.FULFILLED),
    ("father", "medecin", "Consultation de suivi", -9, Status.FULFILLED),
    ("mother", "medecin", "Consultation de suivi", 4, Status.BOOKED),
    ("mother", "kine", "Séance de rééducation", 6, Status.BOOKED),
    ("toddler", "medecin", "Enfant de moins de 6 ans", 9, Status.BOOKED),
    ("child", "medecin", "Certificat de sport ou d’aptitude", 16, Status.BOOKED),
    ("father", "infirmiere", "Prise de sang au cabinet", 11, Status.BOOKED),
)
NEIGHBOUR_VISITS = (
    ("medecin2", "Consultation de suivi", -50, Status.FULFILLED),
    ("medecin2", "Consultation de suivi", 8, Status.BOOKED),
)


def tell(diary: Diary, family: Family, neighbour: Patient, accounts: dict[str, User]) -> None:
    mother, stranger = accounts["patiente@demo.example"], accounts["voisin@demo.example"]
    for who, name, reason, days, status in FAMILY_VISITS:
        _visit(diary, getattr(family, who), mother, name, reason, days, status)
    for name, reason, days, status in NEIGHBOUR_VISITS:
        _visit(diary, neighbour, stranger, name, reason, days, status)
    _soon(diary, family.toddler, mother)


def _soon(diary: Diary, patient: Patient, user: User) -> None:
    """A visit in half an hour, when the house receives just then: « Je suis arrivé » can be tried."""
    for name in ("medecin", "infirmiere"):
        for reason, _spec in diary.house.member(f"{name}@demo.example").reasons:
            found = _free(reason, diary.now + timedelta(minutes=20)) if reason.fits_age(3) else None
            if found is None or found[1] > diary.now + timedelta(minutes=60):
                continue
            row, _start = found
            row.patient, row.status, row.booked_by = patient, Status.BOOKED, user
            row.reference, row.request_id = diary.identity()
            row.booked_at = diary.now - timedelta(days=1)
            row.save(force_insert=True)
            return


def _visit(
    diary: Diary, patient: Patient, user: User, name: str, reason_name: str, days: int, status: Status
) -> None:
    member = diary.house.member(f"{name}@demo.example")
    reason = next(reason for reason, _spec in member.reasons if reason.name == reason_name)
    day = clock.local(diary.now).date() + timedelta(days=days)
    found = _free(reason, clock.at(day, time(9 + days % 8)))
    if found is None:
        return
    row, start_at = found
    row.patient, row.status, row.booked_by = patient, status, user
    row.reference, row.request_id = diary.identity()
    row.booked_at = min(start_at, diary.now) - timedelta(days=9, hours=3)
    if status == Status.CANCELLED:
        row.cancelled_at, row.cancelled_by, row.sequence = start_at - timedelta(days=2), user, 1
    row.save(force_insert=True)


def _free(reason: VisitReason, after: datetime) -> tuple[Appointment, datetime] | None:
    """As the search would have answered on that day."""
    asked = min(clock.now(), after - timedelta(days=10))
    slot = first_free(
        [reason], after, now=asked, audiences=frozenset({Audience.EVERYONE, Audience.KNOWN})
    ).get(reason.pk)
    if slot is None:
        return None
    row = Appointment(
        practitioner_id=reason.practitioner_id,
        reason=reason,
        place_id=slot.opening.place_id,
        room_id=slot.opening.room_id,
        place_kind=reason.place_kind,
        opening_id=slot.opening.id,
        start_at=slot.start_at,
        end_at=slot.end_at,
        blocked_until=slot.blocked_until,
    )
    return row, slot.start_at
