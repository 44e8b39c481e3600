"""Meetings, trainees' visits and inclusion checks in what a person takes away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.models import Debrief, DecisionSheet, InclusionCheck, ItemConsent, MeetingItem
from coordination.models.meeting_item import STANDING
from patients.export import Part, add_part


def _meetings(keys: list[int]) -> Iterator[dict[str, Any]]:
    """Of what was decided, the version that stands; what has to be explained first is named, not told."""
    rows = MeetingItem.objects.filter(patient__in=keys, state__in=STANDING).select_related(
        "patient", "meeting__chair", "proposed_by"
    )
    sheets = DecisionSheet.objects.validated().order_by("version").prefetch_related("actions__owner")
    agreed = ItemConsent.objects.in_force().select_related("practitioner").order_by("pk")
    found = rows.prefetch_related(Prefetch("sheets", sheets), Prefetch("consents", agreed))
    for row in found.order_by("proposed_at", "pk"):
        sheet = next(iter(reversed(row.sheets.all())), None)
        told = sheet if sheet is not None and sheet.is_shared else None
        yield {
            "for": row.patient.display_name if row.patient else "",
            "met_at": row.meeting.start_at if row.meeting else None,
            "chair": row.meeting.chair.display_name if row.meeting else "",
            "question": row.question,
            "proposed_by": str(row.proposed_by),
            "state": str(row.get_state_display()),
            "informed_at": row.informed_at,
            "opposed_at": row.opposed_at,
            "outsiders": [
                f"{one.practitioner.display_name} ({one.given_on:%Y-%m-%d})" for one in row.consents.all()
            ],
            "summary": told.summary if told else "",
            "decision": told.decision if told else _("à demander à votre équipe") if sheet else "",
            "actions": [f"{one.title} · {one.owner} · {one.due_on:%Y-%m-%d}" for one in told.actions.all()]
            if told
            else [],
            "next_review": told.next_review if told else None,
        }


def _debriefs(keys: list[int]) -> Iterator[dict[str, Any]]:
    """Who looked through a trainee's visit, and when; what was said to the trainee is the trainee's."""
    rows = Debrief.objects.with_details().filter(visit__patient__in=keys)
    for row in rows.order_by("visit__start_at", "pk"):
        patient = row.visit.patient
        yield {
            "for": patient.display_name if patient else "",
            "visit_at": row.visit.start_at,
            "trainee": row.stay.intern.display_name,
            "supervisor": row.supervisor.display_name,
            "reviewed_at": row.reviewed_at,
            "reviewed_by": str(row.reviewed_by or ""),
        }


def _inclusions(keys: list[int]) -> Iterator[dict[str, Any]]:
    rows = InclusionCheck.objects.filter(appointment__patient__in=keys).select_related(
        "protocol", "appointment__patient"
    )
    for row in rows.order_by("asked_at", "pk"):
        patient = row.appointment.patient
        yield {
            "for": patient.display_name if patient else "",
            "protocol": row.protocol.title,
            "visit_at": row.appointment.start_at,
            "asked_at": row.asked_at,
            "answers": [f"{one['question']} {_('oui') if one['yes'] else _('non')}" for one in row.answers],
        }


add_part(
    Part(
        name="meetings",
        label=gettext_lazy("Réunions de votre équipe de soins"),
        rows=_meetings,
        words={
            "for": gettext_lazy("Pour"),
            "met_at": gettext_lazy("Réunion du"),
            "chair": gettext_lazy("Menée par"),
            "question": gettext_lazy("Question posée"),
            "proposed_by": gettext_lazy("Inscrit par"),
            "state": gettext_lazy("État"),
            "informed_at": gettext_lazy("Vous avez été prévenu le"),
            "opposed_at": gettext_lazy("Vous vous êtes opposé le"),
            "outsiders": gettext_lazy("Professionnels extérieurs acceptés"),
            "summary": gettext_lazy("Ce qui a été dit"),
            "decision": gettext_lazy("Décision"),
            "actions": gettext_lazy("Suites"),
            "next_review": gettext_lazy("À revoir le"),
        },
    )
)
add_part(
    Part(
        name="trainee_visits",
        label=gettext_lazy("Rendez-vous avec un interne"),
        rows=_debriefs,
        words={
            "for": gettext_lazy("Pour"),
            "visit_at": gettext_lazy("Rendez-vous du"),
            "trainee": gettext_lazy("Interne"),
            "supervisor": gettext_lazy("Maître de stage"),
            "reviewed_at": gettext_lazy("Relu le"),
            "reviewed_by": gettext_lazy("Relu par"),
        },
    )
)
add_part(
    Part(
        name="inclusion_checks",
        label=gettext_lazy("Questions posées avant un rendez-vous"),
        rows=_inclusions,
        words={
            "for": gettext_lazy("Pour"),
            "protocol": gettext_lazy("Protocole"),
            "visit_at": gettext_lazy("Rendez-vous du"),
            "asked_at": gettext_lazy("Posées le"),
            "answers": gettext_lazy("Réponses"),
        },
    )
)
