"""What happens between her and her doctor: visits, series, offers, workshops, the queue at the desk."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from appointments.actions.hold import hold
from appointments.actions.plan_cascade import plan_cascade
from appointments.models import (
    Absence,
    Appointment,
    AppointmentSeries,
    Disruption,
    Enrolment,
    EnrolmentState,
    Rescheduling,
    SlotOffer,
    VisitReason,
    WalkIn,
    Workshop,
    WorkshopCycle,
)
from appointments.models.cascade import Step
from core import clock
from patients.models import Patient
from tests.cast import MONDAY, on_monday
from tests.factories.appointments import (
    AppointmentFactory,
    EnrolmentFactory,
    VisitReasonFactory,
    WorkshopCycleFactory,
    WorkshopFactory,
)
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PlaceFactory
from tests.factories.waiting import WaitingRequestFactory
from tests.matrix.frame import record
from tests.matrix.people import World
from tests.matrix.records_practice import FAR

HOLDER = "the owner's browser"


def reason_of(world: World) -> VisitReason:
    return VisitReason.objects.get(pk=world.keys["reason"])


def visit(world: World, start_at: datetime, **fields: object) -> Appointment:
    row: Appointment = AppointmentFactory(
        **{"reason": reason_of(world), "patient": world.patient, "start_at": start_at}
        | {"booked_by": world.users["owner"]}
        | fields
    )
    return row


@record("visit")
def coming(world: World) -> str:
    return visit(world, on_monday(9)).reference


@record("visit_key")
def coming_key(world: World) -> int:
    return Appointment.objects.get(reference=world.keys["visit"]).pk


@record("visit_today")
def today(world: World) -> str:
    return visit(world, clock.now() + timedelta(minutes=20)).reference


@record("held")
def held(world: World) -> str:
    """A time that the owner's browser holds."""
    return hold(reason_of(world), on_monday(10), holder=HOLDER).reference


@record("disrupted")
def disrupted(world: World) -> str:
    row = visit(world, clock.at(FAR, time(9)))
    Disruption.objects.create(appointment=row, cause="absence")
    return row.reference


@record("cascade_visit")
def cascade_visit(world: World) -> str:
    """Planned anew, since her doctor is away on that day."""
    row = visit(world, clock.at(FAR + timedelta(days=1), time(9)))
    away = Absence.objects.get(pk=world.keys["absence"])
    watch = Disruption.objects.create(appointment=row, cause="absence")
    plan_cascade(away, [Step.CALL], 21, actor=world.users["doctor"])
    return watch.appointment.reference


@record("rescheduling")
def rescheduling(world: World) -> int:
    """Moved by the doctor: only who moved it puts it back."""
    row = visit(world, on_monday(11))
    before = {"practitioner_id": world.doctor.pk, "start_at": on_monday(16).isoformat()}
    return Rescheduling.objects.create(
        appointment=row, moved_by=world.users["doctor"], before=before, sequence=row.sequence + 1
    ).pk


@record("series")
def series(world: World) -> int:
    return AppointmentSeries.objects.create(
        patient=world.patient,
        practitioner=world.doctor,
        reason=reason_of(world),
        prescribed=10,
        weekdays=[0],
        first_day=MONDAY,
        created_by=world.users["doctor"],
    ).pk


@record("session_visit")
def session_visit(world: World) -> str:
    return visit(world, on_monday(8), series_id=world.keys["series"]).reference


@record("waiting")
def waiting(world: World) -> int:
    return WaitingRequestFactory(patient=world.patient, practitioners=[world.doctor]).pk


@record("session_slot")
def session_slot(world: World) -> str:
    """Where that session might go."""
    return f"{world.keys['reason']}.{int(on_monday(8, 20).timestamp())}"


@record("offer")
def offer(world: World) -> str:
    """The secret of the link in the message."""
    start = on_monday(15)
    return SlotOffer.objects.create(
        request_id=world.keys["waiting"],
        patient=world.patient,
        practitioner=world.doctor,
        reason=reason_of(world),
        start_at=start,
        end_at=start + timedelta(minutes=20),
        sent_at=clock.now(),
        expires_at=clock.now() + timedelta(hours=1),
    ).token


@record("walk_in")
def walk_in(world: World) -> int:
    return WalkIn.objects.create(
        place=PlaceFactory(),
        position=1,
        practitioner=world.doctor,
        patient=world.patient,
        first_name="Jeanne",
    ).pk


@record("workshop")
def workshop(world: World) -> int:
    return WorkshopFactory(slug="bien-dormir", animators=[world.doctor]).pk


@record("workshop_slug")
def workshop_slug(world: World) -> str:
    return "bien-dormir"


@record("cycle")
def cycle(world: World) -> int:
    row: WorkshopCycle = WorkshopCycleFactory(
        workshop=Workshop.objects.get(pk=world.keys["workshop"]), start_at=on_monday(18)
    )
    return row.pk


@record("session")
def session(world: World) -> int:
    return WorkshopCycle.objects.get(pk=world.keys["cycle"]).sessions.get().pk


def enrol(world: World, patient: Patient, **fields: object) -> Enrolment:
    row: Enrolment = EnrolmentFactory(
        cycle=WorkshopCycle.objects.get(pk=world.keys["cycle"]), patient=patient, **fields
    )
    return row


@record("enrolment")
def enrolment(world: World) -> str:
    return enrol(world, world.patient).reference


@record("queued")
def queued(world: World) -> str:
    return enrol(world, PatientFactory(), state=EnrolmentState.WAITING, queue=1).reference


@record("day")
def day(world: World) -> str:
    return MONDAY.isoformat()


@record("leg")
def leg(world: World) -> str:
    """Her visit, as a stop of the doctor's round on Monday."""
    reason = VisitReasonFactory(practitioner=world.doctor, name="Visite", place_kind="home")
    return f"v{visit(world, on_monday(14), reason=reason, place_kind='home').pk}"
