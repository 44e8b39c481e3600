"""What professionals said to each other of a person and promised to do for him (CSP L1111-7), in what he takes away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from coordination.models import Message, MessageVersion, Task
from patients.export import Part, add_part


def _messages(keys: list[int]) -> Iterator[dict[str, Any]]:
    """What stands, as it stands; of what was withdrawn that there was something."""
    current = MessageVersion.objects.filter(message=OuterRef("pk"), is_current=True)
    rows = (
        Message.objects.filter(conversation__patient__in=keys)
        .select_related("conversation__patient", "author")
        .annotate(body=Subquery(current.values("body")[:1]))
    )
    for row in rows.order_by("conversation", "pk"):
        patient = row.conversation.patient
        yield {
            "for": patient.display_name if patient else "",
            "subject": row.conversation.subject,
            "sent_at": row.sent_at,
            "author": str(row.author),
            "text": "" if row.withdrawn_at else row.body,
            "withdrawn_at": row.withdrawn_at,
        }


def _tasks(keys: list[int]) -> Iterator[dict[str, Any]]:
    rows = Task.objects.with_people().filter(patient__in=keys)
    for row in rows.order_by("created_at", "pk"):
        yield {
            "for": row.patient.display_name if row.patient else "",
            "title": row.title,
            "owner": str(row.owner),
            "due_on": row.due_on,
            "state": row.get_state_display(),
            "settled_at": row.settled_at,
            "settle_note": row.settle_note,
        }


add_part(
    Part(
        name="conversations",
        label=_("Échanges entre vos professionnels"),
        rows=_messages,
        words={
            "for": _("Pour"),
            "subject": _("Objet"),
            "sent_at": _("Écrit le"),
            "author": _("Par"),
            "text": _("Texte"),
            "withdrawn_at": _("Retiré le"),
        },
    )
)
add_part(
    Part(
        name="tasks",
        label=_("Ce que l’équipe avait à faire"),
        rows=_tasks,
        words={
            "for": _("Pour"),
            "title": _("À faire"),
            "owner": _("Par"),
            "due_on": _("Pour le"),
            "state": _("État"),
            "settled_at": _("Réglé le"),
            "settle_note": _("Pourquoi"),
        },
    )
)
