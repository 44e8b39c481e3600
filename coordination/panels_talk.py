"""What the team has to do and to say about one patient, beside his timeline."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from coordination.access import Reader
from coordination.conversation_access import conversations_for
from coordination.models import Task
from coordination.panels import Panel, add_panel, anybody, cares
from coordination.task_access import tasks_for
from core import clock
from patients.models import Patient

MOST = 5


def _tasks(patient: Patient, reader: Reader) -> dict[str, Any]:
    rows = tasks_for(reader.user).open().filter(patient=patient).with_people().order_by("due_on", "pk")
    return {
        "tasks": rows[:MOST],
        "today": clock.today(),
        "here": reverse("patient_record", args=[patient.pk]),
    }


def _late(patient: Patient, reader: Reader) -> QuerySet[Task]:
    """The door of the record is passed: at the desk the administrative ones count."""
    rows = Task.objects.due().filter(patient=patient)
    return rows.filter(is_clinical=False) if reader.at_desk else rows


def _late_words(number: int) -> str:
    words = ngettext("%d pour aujourd’hui ou en retard", "%d pour aujourd’hui ou en retard", number)
    return words % number


def _conversations(patient: Patient, reader: Reader) -> dict[str, Any]:
    rows = conversations_for(reader.user).filter(patient=patient).order_by("-last_at", "-pk")
    return {"conversations": rows[:MOST]}


add_panel(
    Panel(
        "taches",
        _("Tâches"),
        "coordination/task_panel.html",
        _tasks,
        anybody,
        order=30,
        sign="list-check",
        waiting=_late,
        note=_late_words,
    )
)
add_panel(
    Panel(
        "echanges",
        _("Échanges de l’équipe"),
        "coordination/talk_panel.html",
        _conversations,
        cares,
        order=20,
        sign="chat-dots",
    )
)
