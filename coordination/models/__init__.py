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
from coordination.models.death import DeathRecord
from coordination.models.document import Document, DocumentKind, DocumentState, Origin
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
from coordination.models.note import Note, NoteAddressee, NoteKind, NoteReading, NoteVersion
from coordination.models.opposition import EntryOpposition
from coordination.models.task import Task, TaskState
from coordination.models.task_notice import TaskEvent, TaskNotice

__all__ = [
    "ActivityState",
    "Actor",
    "Alert",
    "Allergy",
    "CarePlan",
    "CarePlanActivity",
    "CarePlanGoal",
    "CarePlanProblem",
    "CarePlanVersion",
    "DeathRecord",
    "Document",
    "DocumentKind",
    "DocumentState",
    "EntryOpposition",
    "Formula",
    "GoalState",
    "Measure",
    "MeasureComponent",
    "MeasureKind",
    "MeasureLimits",
    "MeasureThreshold",
    "Note",
    "NoteAddressee",
    "NoteKind",
    "NoteReading",
    "NoteVersion",
    "Origin",
    "Side",
    "Task",
    "TaskEvent",
    "TaskNotice",
    "TaskState",
]
