"""A small house and its year 2025, so small that every figure of the report can be found with a pencil.

Monday to Friday there are 261 days in 2025. Ten of them are holidays (1 January, 21 April, 1, 8 and 29 May, 9 June,
14 July, 15 August, 11 November, 25 December): 251 working days. Of 52 Saturdays one is a holiday (1 November): 51.
"""

from __future__ import annotations

import hashlib
from datetime import date, time, timedelta
from decimal import Decimal

from accounts.models import Role, RoleAssignment, User
from appointments.calendar import public_holidays
from appointments.models import Absence, Audience, Closure, Opening, Status
from appointments.models.absence import AbsenceKind
from coordination.models import (
    DecisionSheet,
    ItemState,
    MeetingMember,
    MeetingState,
    Minutes,
    MinutesKind,
    Protocol,
    ProtocolSignature,
    ProtocolVersion,
)
from core import clock
from partnerships.actions.prove_evidence import declare, set_list_size
from partnerships.actions.set_evidence_grid import save_indicator, start_grid
from partnerships.models import ConsultationSession, EvidenceGrid, EvidenceYear, SessionState
from practitioners.models import Practitioner
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.meetings import MeetingItemFactory, TeamMeetingFactory
from tests.factories.notes import NoteFactory
from tests.factories.partnerships import AdvancedConsultationFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import InternshipFactory, PlaceFactory, PractitionerFactory

YEAR = 2025
DAYS = [date(YEAR, 1, 1) + timedelta(days=number) for number in range(365)]
SICK, MEETING_DAY, SHUT = date(YEAR, 3, 10), date(YEAR, 5, 13), date(YEAR, 12, 27)


def at(day: date, hour: int, minute: int = 0):
    return clock.at(day, time(hour, minute))


def write_the_year(actor: User, doctor: Practitioner, nurse: Practitioner) -> EvidenceGrid:
    """Returns the usual grid of the house, with 99 % of the hours asked instead of all."""
    grid = start_grid(doctor.centre, actor=actor)
    hours = grid.indicators.get(code="horaires")
    save_indicator(hours, [(Decimal(99), Decimal(800))], actor=actor)
    _hours(doctor, nurse)
    _sessions(actor)
    _meetings(actor, doctor, nurse)
    _protocols(doctor, nurse)
    _stays(doctor)
    RoleAssignment.objects.filter(user=actor, role=Role.COORDINATOR).update(since=date(2024, 9, 1))
    NoteFactory(author=doctor, patient=PatientFactory(), written_at=at(date(YEAR, 6, 3), 10))
    year = EvidenceYear(centre=doctor.centre, year=YEAR)
    set_list_size(year, 100, actor=actor)
    declare(year, "sas", value=Decimal(50), note="1 médecin sur 2.", actor=actor)
    return grid


def _hours(doctor: Practitioner, nurse: Practitioner) -> None:
    """The doctor 8–14 and the nurse 13–20 from Monday to Friday, the doctor 8–12 on Saturdays."""
    off = public_holidays("", DAYS[0], DAYS[-1])
    place = PlaceFactory()
    visiting = PractitionerFactory(kind="visiting")
    rows = []
    for day in DAYS:
        if day in off or day.weekday() == 6:
            continue
        told = [(doctor, 8, 12, "everyone")]
        if day.weekday() < 5:
            told = [(doctor, 8, 14, "everyone"), (nurse, 13, 20, Audience.UNSCHEDULED)]
        rows += [
            Opening(practitioner=who, place=place, start_at=at(day, a), end_at=at(day, b), audience=audience)
            for who, a, b, audience in told
        ]
    # Who comes from outside opens no house.
    rows.append(Opening(practitioner=visiting, place=place, start_at=at(SICK, 14), end_at=at(SICK, 20)))
    Opening.objects.bulk_create(rows)
    # The nurse is ill for a day; the doctor sits in a meeting, in the house; one Saturday is shut.
    Absence.objects.create(
        practitioner=nurse,
        kind=AbsenceKind.SICK,
        start_at=at(SICK, 0),
        end_at=at(SICK + timedelta(days=1), 0),
    )
    Absence.objects.create(
        practitioner=doctor, kind=AbsenceKind.MEETING, start_at=at(MEETING_DAY, 9), end_at=at(MEETING_DAY, 10)
    )
    Closure.objects.create(
        centre=doctor.centre, start_at=at(SHUT, 0), end_at=at(SHUT + timedelta(days=1), 0), label="Noël"
    )


def _sessions(actor: User) -> None:
    """52 Tuesday mornings, ten whole Thursdays; one Tuesday was never confirmed, a 53rd session was cancelled."""
    programme = AdvancedConsultationFactory(name="Psychiatrie")
    who = PractitionerFactory(kind="visiting", title="Dr", first_name="Nadia", last_name="Cornet")
    tuesdays = [day for day in DAYS if day.weekday() == 1]
    spans = [(day, 9, 12) for day in tuesdays]
    spans += [(day, 9, 17) for day in [one for one in DAYS if one.weekday() == 3][:10]]
    openings = Opening.objects.bulk_create(
        [
            Opening(practitioner=who, place=programme.place, start_at=at(day, a), end_at=at(day, b))
            for day, a, b in spans
        ]
    )
    common = {"programme": programme, "practitioner": who, "seats": 5}
    ConsultationSession.objects.bulk_create(
        [
            ConsultationSession(
                **common,
                opening=opening,
                start_at=opening.start_at,
                end_at=opening.end_at,
                state=SessionState.PLANNED if number == 51 else SessionState.CONFIRMED,
            )
            for number, opening in enumerate(openings)
        ]
    )
    ConsultationSession.objects.create(
        **common,
        start_at=at(date(YEAR, 7, 4), 9),
        end_at=at(date(YEAR, 7, 4), 12),
        state=SessionState.CANCELLED,
        cancelled_at=at(date(YEAR, 7, 1), 9),
    )
    reason = VisitReasonFactory(practitioner=who)
    for number in range(3):
        AppointmentFactory(
            reason=reason,
            patient=PatientFactory(),
            opening=openings[0],
            start_at=openings[0].start_at + timedelta(minutes=30 * number),
            status=Status.FULFILLED,
        )


def _meetings(actor: User, doctor: Practitioner, nurse: Practitioner) -> None:
    """Six with minutes, three patients among them, one of them twice; a seventh whose minutes wait."""
    patients = [PatientFactory() for _number in range(3)]
    for month in range(1, 8):
        day = at(date(YEAR, month, 14), 12, 30)
        has_minutes = month < 7
        meeting = TeamMeetingFactory(
            start_at=day,
            chair=doctor,
            title="RCP de Mme Leroy",
            state=MeetingState.CLOSED if has_minutes else MeetingState.OPEN,
            closed_at=day + timedelta(hours=2) if has_minutes else None,
        )
        MeetingMember.objects.create(meeting=meeting, practitioner=doctor, presence="present")
        MeetingMember.objects.create(
            meeting=meeting, practitioner=nurse, presence="present" if month != 6 else "absent"
        )
        if has_minutes:
            content = f"Compte rendu {month}".encode()
            Minutes.objects.create(
                meeting=meeting,
                kind=MinutesKind.WHOLE,
                version=1,
                content=content,
                content_hash=hashlib.sha256(content).hexdigest(),
            )
        if month < 5:
            item = MeetingItemFactory(
                meeting=meeting, patient=patients[month % 3], proposed_by=actor, state=ItemState.DISCUSSED
            )
            DecisionSheet.objects.create(
                item=item, decision="Oui.", validated_at=day, validated_by=actor, content_hash="a" * 64
            )


def _protocols(doctor: Practitioner, nurse: Practitioner) -> None:
    """Two in force at the end of the year, one of them not signed by all and due for review; one ended, one a draft."""
    told = [
        ("Plaies", "adopted", date(2027, 1, 1), None, True),
        ("Chutes", "adopted", date(YEAR, 12, 1), None, False),
        ("Surpoids", "withdrawn", date(2027, 1, 1), date(YEAR, 9, 1), True),
        ("Diabète", "draft", date(2027, 1, 1), None, True),
    ]
    for title, state, review, ended, all_signed in told:
        protocol = Protocol.objects.create(centre=doctor.centre, title=title, theme="Soins", owner=doctor)
        version = ProtocolVersion.objects.create(
            protocol=protocol,
            number=1,
            content="Qui fait quoi.",
            review_on=review,
            state=state,
            adopted_on=None if state == "draft" else date(2024, 11, 5),
            ended_on=ended,
        )
        for who in (doctor, nurse):
            signed = at(date(2024, 11, 5), 12) if all_signed or who == doctor else None
            ProtocolSignature.objects.create(
                version=version, practitioner=who, signed_at=signed, content_hash="b" * 64
            )


def _stays(doctor: Practitioner) -> None:
    """Three interns begin in the year, one of them without a faculty; an extern, and an intern of the year before."""
    told = [
        ("Alix", "n1", date(YEAR, 5, 2), "Lille"),
        ("Basile", "saspas", date(YEAR, 5, 2), "Lille"),
        ("Chloé", "saspas", date(YEAR, 11, 3), ""),
        ("Dora", "extern", date(YEAR, 2, 3), "Lille"),
        ("Emma", "n1", date(2024, 11, 4), "Lille"),
    ]
    for name, level, since, faculty in told:
        intern = PractitionerFactory(title="", first_name=name, last_name="Interne")
        until = since + timedelta(days=180)
        InternshipFactory(
            intern=intern, level=level, since=since, until=until, faculty=faculty, supervisors=[doctor]
        )
