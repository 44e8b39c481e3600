"""Visits by video: the cardiologist's afternoon with the nurse, a visit to try out now, one given, one missed."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from accounts.models import User
from appointments.models import (
    Appointment,
    Bookability,
    JoinedReason,
    Opening,
    PlaceKind,
    ReasonCategory,
    Status,
    VisitReason,
)
from core import clock
from core.db import insert_or_none
from msp_portal.demo.cast import Family
from msp_portal.demo.visits import Diary
from patients.models import Patient
from practitioners.models import Practitioner
from teleconsult.actions.end_video_visit import write_report
from teleconsult.actions.plan_video_visits import follow_visit, plan_video_visits
from teleconsult.consent import CURRENT
from teleconsult.models import ParticipantRole, VideoState, VideoVisit

HALF_HOUR = timedelta(minutes=30)
WEEKS_WITH_A_NURSE = timedelta(weeks=6)
REPORT = (
    "Vue en vidéo, image et son corrects. Tension prise à domicile : 128/76. Traitement bien supporté, rien à changer."
    " Contrôle dans trois mois, en consultation."
)


def show(diary: Diary, family: Family, accounts: dict[str, User]) -> None:
    doctor, nurse, cardiologist = (
        diary.house.member(f"{name}@demo.example").row for name in ("medecin", "infirmiere", "cardiologue")
    )
    video = VisitReason.objects.filter(practitioner=doctor, place_kind=PlaceKind.VIDEO).first()
    if video is not None:
        _now(diary, video, family.mother)
        _given(diary, video, family.mother, accounts["medecin@demo.example"])
        _missed(diary, video)
    beside = _beside(diary, nurse, cardiologist)
    if beside is not None:
        _afternoon(diary, *beside)
    plan_video_visits()


def _now(diary: Diary, reason: VisitReason, patient: Patient) -> None:
    """The waiting room is open at once, so that both sides can be tried; another one later in the day."""
    soon = diary.now + timedelta(minutes=5 - diary.now.minute % 5)
    for start in (soon, soon + timedelta(hours=3)):
        _book(diary, reason, patient, start)


def _given(diary: Diary, reason: VisitReason, patient: Patient, user: User) -> None:
    day = clock.today() - timedelta(days=1)
    row = _book(diary, reason, patient, clock.at(day, time(17)), Status.FULFILLED)
    if row is not None:
        visit = _done(row, minutes=14)
        write_report(visit, REPORT, Practitioner.objects.get(pk=reason.practitioner_id), by=user)


def _missed(diary: Diary, reason: VisitReason) -> None:
    patient = next(iter(_others(diary, reason.practitioner_id, 1)), None)
    day = clock.today() - timedelta(days=2)
    row = _book(diary, reason, patient, clock.at(day, time(17)), Status.NO_SHOW) if patient else None
    if row is not None:
        visit = _visit(row)
        visit.state, visit.ended_at = VideoState.MISSED, row.end_at
        visit.save(update_fields=["state", "ended_at"])


def _beside(
    diary: Diary, nurse: Practitioner, cardiologist: Practitioner
) -> tuple[VisitReason, VisitReason] | None:
    """The nurse is with the patient in the room of the screen whenever the cardiologist is there."""
    on_screen = VisitReason.objects.filter(practitioner=cardiologist, place_kind=PlaceKind.VIDEO).first()
    if on_screen is None:
        return None
    category = ReasonCategory.objects.create(
        profession=nurse.profession,
        slug="aupres-du-patient-en-teleconsultation",
        name="Auprès du patient, en téléconsultation",
    )
    reason = VisitReason.objects.create(
        practitioner=nurse,
        category=category,
        name="Auprès du patient, en téléconsultation",
        duration_minutes=on_screen.duration_minutes,
        grid_minutes=on_screen.grid_minutes,
        bookable_by=Bookability.STAFF,
    )
    JoinedReason.objects.create(reason=on_screen, category=category)
    room = diary.house.rooms["Salle de téléconsultation"]
    ahead = Opening.objects.standing().between(diary.now, diary.now + WEEKS_WITH_A_NURSE)
    for opening in ahead.filter(practitioner=cardiologist).order_by("start_at", "pk"):
        _open(reason, opening.start_at, opening.end_at, opening.place_id, room.pk)
    _join_those_booked(diary, on_screen, reason)
    return on_screen, reason


def _join_those_booked(diary: Diary, on_screen: VisitReason, beside: VisitReason) -> None:
    """What the diary gave the cardiologist alone: the nurse is there too, and the patient comes to her."""
    room = diary.house.rooms["Salle de téléconsultation"]
    coming = Appointment.objects.coming(diary.now).filter(reason=on_screen, accompanies=None)
    for row in coming.select_related("patient").order_by("start_at", "pk"):
        alone = Appointment.objects.filter(pk=row.pk)
        # Aside for a moment: the patient is nowhere twice.
        alone.update(status=Status.LAPSED)
        host = _book(diary, beside, row.patient, row.start_at, room_id=room.pk) if row.patient else None
        joins = {"accompanies": host, "room": None} if host else {}
        alone.update(status=Status.BOOKED, **joins)


def _open(reason: VisitReason, start: datetime, end: datetime, place_id: int, room_id: int | None) -> Opening:
    opening = Opening.objects.create(
        practitioner_id=reason.practitioner_id,
        place_id=place_id,
        room_id=room_id,
        start_at=start,
        end_at=end,
        is_edited=True,
    )
    opening.reasons.set([reason])
    return opening


def _afternoon(diary: Diary, on_screen: VisitReason, beside: VisitReason) -> None:
    """From half an hour ago on, between 14 h and 18 h: one given, the others to come."""
    earliest, latest = (clock.at(clock.today(), time(hour)) for hour in (14, 18))
    first = diary.now - timedelta(minutes=diary.now.minute % 30) - HALF_HOUR
    first = min(max(first, earliest), latest)
    room = diary.house.rooms["Salle de téléconsultation"]
    # The nurse and the patient sit in the room; the doctor is elsewhere.
    for reason, seat in ((on_screen, None), (beside, room.pk)):
        _open(reason, first, first + 4 * HALF_HOUR, room.place_id, seat)
    people = _others(diary, on_screen.practitioner_id, 4)
    for number, patient in enumerate(people):
        start = first + number * HALF_HOUR
        is_over = start + HALF_HOUR <= diary.now
        status = Status.FULFILLED if is_over else Status.BOOKED
        host = _book(diary, beside, patient, start, status, room_id=room.pk)
        guest = _book(diary, on_screen, patient, start, status, accompanies=host) if host else None
        if guest is not None and is_over:
            _done(guest, minutes=22)


def _others(diary: Diary, practitioner_id: int, number: int) -> list[Patient]:
    """Grown-ups with a telephone who are nowhere else these days."""
    start, end = diary.now - timedelta(days=3), diary.now + timedelta(days=1)
    busy = Appointment.objects.filter(start_at__gte=start, start_at__lt=end, patient__isnull=False)
    rows = Patient.objects.standing().filter(
        deceased_on=None, birth_date__lte=clock.today() - timedelta(days=50 * 365)
    )
    rows = rows.exclude(phone="").exclude(pk__in=busy.values("patient")).exclude(proxies__isnull=False)
    return list(rows.order_by("pk")[:number])


def _book(
    diary: Diary,
    reason: VisitReason,
    patient: Patient,
    start: datetime,
    status: Status = Status.BOOKED,
    *,
    room_id: int | None = None,
    accompanies: Appointment | None = None,
) -> Appointment | None:
    """Above what fits, on a full day; None where the patient is elsewhere then."""
    reference, request_id = diary.identity()
    place = diary.house.rooms["Salle de téléconsultation"].place_id
    end = start + reason.duration
    return insert_or_none(
        Appointment(
            reference=reference,
            request_id=request_id,
            status=status,
            practitioner_id=reason.practitioner_id,
            reason=reason,
            patient=patient,
            place_id=place,
            room_id=room_id,
            place_kind=reason.place_kind,
            accompanies=accompanies,
            start_at=start,
            end_at=end,
            blocked_until=end + reason.buffer,
            is_overbooked=True,
            booked_at=min(start, diary.now) - timedelta(days=3),
        )
    )


def _visit(row: Appointment) -> VideoVisit:
    """Planned as it would have been, however long ago that was."""
    ended, row.status = row.status, Status.BOOKED
    row.save(update_fields=["status"])
    follow_visit(row)
    row.status = ended
    row.save(update_fields=["status"])
    return VideoVisit.objects.get(appointment=row)


def _done(row: Appointment, *, minutes: int) -> VideoVisit:
    visit = _visit(row)
    visit.started_at = row.start_at + timedelta(minutes=3)
    visit.ended_at = visit.started_at + timedelta(minutes=minutes)
    visit.state = VideoState.DONE
    visit.save(update_fields=["started_at", "ended_at", "state"])
    guests = visit.participants.exclude(role=ParticipantRole.PRACTITIONER)
    guests.update(
        arrived_at=row.start_at,
        consented_at=row.start_at,
        consent_version=CURRENT,
        admitted_at=visit.started_at,
        seat=2,
    )
    return visit
