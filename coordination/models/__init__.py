from coordination.models.medical_fact import Alert, Allergy
from coordination.models.opposition import EntryOpposition
from coordination.models.task import Task, TaskState
from coordination.models.task_notice import TaskEvent, TaskNotice

__all__ = [
    "Alert",
    "Allergy",
    "EntryOpposition",
    "Task",
    "TaskEvent",
    "TaskNotice",
    "TaskState",
]
