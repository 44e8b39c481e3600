from coordination.models.opposition import EntryOpposition
from coordination.models.task import Task, TaskState

__all__ = ["EntryOpposition", "Task", "TaskState"]
