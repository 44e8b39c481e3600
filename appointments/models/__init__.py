from appointments.models.absence import Absence, Closure
from appointments.models.appointment import Appointment
from appointments.models.calendar_feed import CalendarFeed, FeedDetail
from appointments.models.cap import BookingCap, CareEpisode, Period, Programme
from appointments.models.cascade import Cascade, CascadeLine
from appointments.models.chain import AppointmentChain
from appointments.models.change import ScheduleChange
from appointments.models.delay import Delay
from appointments.models.disruption import Disruption
from appointments.models.emergency import EmergencyFolder
from appointments.models.enrolment import Attendance, Enrolment, EnrolmentState, Mark
from appointments.models.external_calendar import ExternalBusy, ExternalCalendar
from appointments.models.free_day import FreeDay, FreeDayMark
from appointments.models.invitation import SeriesInvitation
from appointments.models.joined_reason import JoinedReason
from appointments.models.no_show import NoShowRule, NoShowWaiver
from appointments.models.offer import SlotOffer
from appointments.models.opening import Audience, Opening, OpeningRule
from appointments.models.reason import (
    Bookability,
    PatientScope,
    PlaceKind,
    ReasonCategory,
    VisitReason,
)
from appointments.models.reminder import ReminderRule
from appointments.models.rescheduling import Rescheduling
from appointments.models.resource import ResourceClosure
from appointments.models.round import HomeAccess, Round, RoundStop, StopState
from appointments.models.series import AppointmentSeries, Half
from appointments.models.states import ACTIVE_STATES, Origin, Status
from appointments.models.supervision import StayHalfDay, SupervisionRule, Takeover
from appointments.models.unscheduled import PoolDecision, SafetyQuestion, UnscheduledRelease
from appointments.models.waiting import WaitingListRule, WaitingRequest
from appointments.models.walk_in import WalkIn
from appointments.models.workshop import Workshop, WorkshopKind
from appointments.models.workshop_session import SessionState, WorkshopCycle, WorkshopHost, WorkshopSession

__all__ = [
    "ACTIVE_STATES",
    "Absence",
    "Appointment",
    "AppointmentChain",
    "AppointmentSeries",
    "Attendance",
    "Audience",
    "Bookability",
    "BookingCap",
    "CalendarFeed",
    "CareEpisode",
    "Cascade",
    "CascadeLine",
    "Closure",
    "Delay",
    "Disruption",
    "EmergencyFolder",
    "Enrolment",
    "EnrolmentState",
    "ExternalBusy",
    "ExternalCalendar",
    "FeedDetail",
    "FreeDay",
    "FreeDayMark",
    "Half",
    "HomeAccess",
    "JoinedReason",
    "Mark",
    "NoShowRule",
    "NoShowWaiver",
    "Opening",
    "OpeningRule",
    "Origin",
    "PatientScope",
    "Period",
    "PlaceKind",
    "PoolDecision",
    "Programme",
    "ReasonCategory",
    "ReminderRule",
    "Rescheduling",
    "ResourceClosure",
    "Round",
    "RoundStop",
    "SafetyQuestion",
    "ScheduleChange",
    "SeriesInvitation",
    "SessionState",
    "SlotOffer",
    "Status",
    "StayHalfDay",
    "StopState",
    "SupervisionRule",
    "Takeover",
    "UnscheduledRelease",
    "VisitReason",
    "WaitingListRule",
    "WaitingRequest",
    "WalkIn",
    "Workshop",
    "WorkshopCycle",
    "WorkshopHost",
    "WorkshopKind",
    "WorkshopSession",
]
