"""Notes and care plans in what a person takes away (CSP L1111-7: the exchanges between professionals are his too)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.care_plans import who_does
from coordination.models import CarePlanVersion, Note
from coordination.note_cards import cards
from patients.export import Part, add_part


def _notes(keys: list[int]) -> Iterator[dict[str, Any]]:
    """What stands, as it stands; of a withdrawn note that there was one."""
    rows = Note.objects.with_author().filter(patient__in=keys).order_by("written_at", "pk")
    for card in cards(rows, None):
        note, version = card.note, card.version
        yield {
            "for": note.patient.display_name,
            "kind": note.get_kind_display(),
            "written_at": note.written_at,
            "author": f"{note.author.display_name}, {note.author.profession}",
            "text": version.text if card.shows_words else "",
            "measures": card.measures if card.shows_words else [],
            "withdrawn": note.withdrawn_reason,
        }


def _plans(keys: list[int]) -> Iterator[dict[str, Any]]:
    rows = CarePlanVersion.objects.whole().filter(plan__patient__in=keys)
    for version in rows.order_by("plan__opened_at", "plan", "number"):
        yield {
            "for": version.plan.patient.display_name,
            "version": version.number,
            "written_at": version.written_at,
            "author": f"{version.author.display_name}, {version.author.profession}",
            "aim": version.aim,
            "problems": [one.text for one in version.problems.all()],
            "goals": [one.text for one in version.goals.all()],
            "activities": [f"{one.text} ({who_does(one)})" for one in version.activities.all()],
            "review_on": version.review_on,
            "agreed_on": version.agreed_on,
            "closed_at": version.plan.closed_at,
        }


add_part(
    Part(
        name="notes",
        label=_("Notes de l’équipe de soins"),
        rows=_notes,
        words={
            "for": _("Pour"),
            "written_at": _("Écrite le"),
            "author": _("Par"),
            "kind": _("Nature"),
            "text": _("Texte"),
            "measures": _("Mesures"),
            "withdrawn": _("Retirée parce que"),
        },
    )
)
add_part(
    Part(
        name="care_plans",
        label=_("Plans de soins"),
        rows=_plans,
        words={
            "for": _("Pour"),
            "written_at": _("Écrit le"),
            "author": _("Par"),
            "aim": _("But"),
            "problems": _("Problèmes"),
            "goals": _("Objectifs"),
            "activities": _("Qui fait quoi"),
            "review_on": _("À relire le"),
            "agreed_on": _("Convenu le"),
            "closed_at": _("Clos le"),
        },
    )
)
