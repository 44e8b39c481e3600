"""What can be followed and what cannot: the same rules beside the fields of the editor and before publishing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from coordination.models import StepKind, TemplateStep
from coordination.models.pathway_template import LONGEST_DELAY, VISITS


class Fault(NamedTuple):
    position: int
    field: str
    sentence: str


def faults_of(steps: Sequence[TemplateStep]) -> list[Fault]:
    """In the order of the steps; their positions are 1, 2, 3 …"""
    known = {step.position: step for step in steps}
    return [fault for step in steps for fault in _faults(step, known)]


def _faults(step: TemplateStep, known: dict[int, TemplateStep]) -> list[Fault]:
    found = [*_order(step, known), *_delays(step), *_visit(step), *_question(step, known)]
    return [Fault(step.position, field, sentence) for field, sentence in found]


def _order(step: TemplateStep, known: dict[int, TemplateStep]) -> list[tuple[str, str]]:
    if step.after is None:
        return []
    if step.after == step.position:
        return [("after", _("Une étape ne peut pas se suivre elle-même."))]
    if step.after not in known:
        return [("after", _("Il n’y a pas d’étape %(number)s.") % {"number": step.after})]
    if step.after > step.position:
        return [
            (
                "after",
                _(
                    "L’étape %(after)s est plus bas dans la liste : montez-la d’abord, ou choisissez-en une autre."
                )
                % {"after": step.after},
            )
        ]
    return []


def _delays(step: TemplateStep) -> list[tuple[str, str]]:
    if step.delay_ideal < step.delay_min:
        return [("delay_ideal", _("Le délai idéal est plus court que « au plus tôt »."))]
    if step.delay_max < step.delay_ideal:
        return [("delay_max", _("« Au plus tard » est plus court que le délai idéal."))]
    if step.delay_max > LONGEST_DELAY:
        return [("delay_max", _("Deux ans au plus : au-delà, commencez un autre parcours."))]
    return []


def _visit(step: TemplateStep) -> list[tuple[str, str]]:
    found = []
    if step.kind in VISITS and step.category_id is None:
        found.append(
            ("category", _("Choisissez le type de consultation : c’est lui qui donne les créneaux."))
        )
    if step.kind == StepKind.SERIES and not step.sessions:
        found.append(("sessions", _("Combien de séances ?")))
    if step.category is not None and step.profession_id not in (None, step.category.profession_id):
        found.append(("profession", _("Ce type de consultation est celui d’une autre profession.")))
    who, category = step.practitioner, step.category
    if who is not None and category is not None and who.profession_id != category.profession_id:
        found.append(("practitioner", _("%(name)s n’a pas ce type de consultation.") % {"name": who}))
    return found


def _question(step: TemplateStep, known: dict[int, TemplateStep]) -> list[tuple[str, str]]:
    if step.question and len(step.answers) < 2:
        return [("answers", _("Écrivez au moins deux réponses possibles, une par ligne."))]
    if step.answers and not step.question:
        return [("question", _("Quelle est la question ?"))]
    if not step.only_if:
        return []
    before = known.get(step.after or 0)
    if before is None or not before.answers:
        return [
            (
                "only_if",
                _("L’étape précédente ne pose pas de question : ajoutez-la, ou retirez la condition."),
            )
        ]
    if step.only_if not in before.answers:
        choices = " · ".join(before.answers)
        return [
            ("only_if", _("Réponses possibles de l’étape précédente : %(answers)s") % {"answers": choices})
        ]
    return []
