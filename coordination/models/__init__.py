from coordination.models.opposition import EntryOpposition
from coordination.models.task import Task, TaskState
from coordination.models.task_notice import TaskEvent, TaskNotice

__all__ = ["EntryOpposition", "Task", "TaskEvent", "TaskNotice", "TaskState"]
