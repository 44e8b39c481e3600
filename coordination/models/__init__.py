from coordination.models.death import DeathRecord
from coordination.models.document import Document, DocumentKind, DocumentState, Origin
from coordination.models.medical_fact import Alert, Allergy
from coordination.models.opposition import EntryOpposition
from coordination.models.task import Task, TaskState
from coordination.models.task_notice import TaskEvent, TaskNotice

__all__ = [
    "Alert",
    "Allergy",
    "DeathRecord",
    "Document",
    "DocumentKind",
    "DocumentState",
    "EntryOpposition",
    "Origin",
    "Task",
    "TaskEvent",
    "TaskNotice",
    "TaskState",
]
