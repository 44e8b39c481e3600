from coordination.models.care_plan import (
    ActivityState,
    Actor,
    CarePlan,
    CarePlanActivity,
    CarePlanGoal,
    CarePlanProblem,
    CarePlanVersion,
    GoalState,
)
from coordination.models.conversation import (
    Conversation,
    Following,
    Mention,
    Message,
    MessageVersion,
)
from coordination.models.cooperation import (
    AdverseEvent,
    CooperationProtocol,
    Criterion,
    Delegate,
    InclusionCheck,
    Keeping,
    Level,
    Severity,
)
from coordination.models.death import DeathRecord
from coordination.models.debrief import Debrief, StayNote
from coordination.models.decision import DecisionSheet, Minutes, MinutesKind, SheetAction
from coordination.models.digest import DigestChoice, DigestLine, DigestSetting
from coordination.models.document import Document, DocumentKind, DocumentState, Origin
from coordination.models.headcount import HeadcountRule, StaffChange
from coordination.models.lodging import Lodging, LodgingRequest, Occupancy
from coordination.models.measure import Measure
from coordination.models.measure_kind import (
    Formula,
    MeasureComponent,
    MeasureKind,
    MeasureLimits,
    MeasureThreshold,
    Side,
)
from coordination.models.medical_fact import Alert, Allergy
from coordination.models.meeting import (
    Answer,
    MeetingKind,
    MeetingMember,
    MeetingSeries,
    MeetingState,
    Presence,
    TeamMeeting,
)
from coordination.models.meeting_item import ItemConsent, ItemState, MeetingItem
from coordination.models.note import Note, NoteAddressee, NoteKind, NoteReading, NoteVersion
from coordination.models.opposition import EntryOpposition
from coordination.models.pathway import CarePathway, InformedBy, PathwayEnd, PathwayState, PathwayStep
from coordination.models.pathway_template import (
    PathwayTemplate,
    PathwayVersion,
    StepKind,
    TemplateStep,
    VersionState,
)
from coordination.models.protocol import Protocol, ProtocolSignature, ProtocolState, ProtocolVersion
from coordination.models.referral import ENDED, HELD, Expected, Referral, ReferralState, TargetKind, Urgency
from coordination.models.referral_event import (
    DelayPurpose,
    ReferralDelay,
    ReferralEvent,
    ReferralTimer,
    TimerStep,
)
from coordination.models.referral_report import Proposal, ReferralMeasure, ReferralReport, ReferralTemplate
from coordination.models.story import DelayUnit
from coordination.models.task import Task, TaskState
from coordination.models.task_notice import TaskEvent, TaskNotice

__all__ = [
    "ENDED",
    "HELD",
    "ActivityState",
    "Actor",
    "AdverseEvent",
    "Alert",
    "Allergy",
    "Answer",
    "CarePathway",
    "CarePlan",
    "CarePlanActivity",
    "CarePlanGoal",
    "CarePlanProblem",
    "CarePlanVersion",
    "Conversation",
    "CooperationProtocol",
    "Criterion",
    "DeathRecord",
    "Debrief",
    "DecisionSheet",
    "DelayPurpose",
    "DelayUnit",
    "Delegate",
    "DigestChoice",
    "DigestLine",
    "DigestSetting",
    "Document",
    "DocumentKind",
    "DocumentState",
    "EntryOpposition",
    "Expected",
    "Following",
    "Formula",
    "GoalState",
    "HeadcountRule",
    "InclusionCheck",
    "InformedBy",
    "ItemConsent",
    "ItemState",
    "Keeping",
    "Level",
    "Lodging",
    "LodgingRequest",
    "Measure",
    "MeasureComponent",
    "MeasureKind",
    "MeasureLimits",
    "MeasureThreshold",
    "MeetingItem",
    "MeetingKind",
    "MeetingMember",
    "MeetingSeries",
    "MeetingState",
    "Mention",
    "Message",
    "MessageVersion",
    "Minutes",
    "MinutesKind",
    "Note",
    "NoteAddressee",
    "NoteKind",
    "NoteReading",
    "NoteVersion",
    "Occupancy",
    "Origin",
    "PathwayEnd",
    "PathwayState",
    "PathwayStep",
    "PathwayTemplate",
    "PathwayVersion",
    "Presence",
    "Proposal",
    "Protocol",
    "ProtocolSignature",
    "ProtocolState",
    "ProtocolVersion",
    "Referral",
    "ReferralDelay",
    "ReferralEvent",
    "ReferralMeasure",
    "ReferralReport",
    "ReferralState",
    "ReferralTemplate",
    "ReferralTimer",
    "Severity",
    "SheetAction",
    "Side",
    "StaffChange",
    "StayNote",
    "StepKind",
    "TargetKind",
    "Task",
    "TaskEvent",
    "TaskNotice",
    "TaskState",
    "TeamMeeting",
    "TemplateStep",
    "TimerStep",
    "Urgency",
    "VersionState",
]
