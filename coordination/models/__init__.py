from coordination.models.task import Task, TaskState

__all__ = ["Task", "TaskState"]
