"""When the emergency folder was written last: the worker that writes it may have another disk than the web."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core import clock


class EmergencyFolder(models.Model):
    """One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    written_at = models.DateTimeField(default=clock.now)
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="emergency_folder_single_row")]

    def __str__(self) -> str:
        return f"{self.first_day:%d/%m/%Y} – {self.last_day:%d/%m/%Y}"
