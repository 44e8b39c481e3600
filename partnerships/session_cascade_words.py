"""Why a patient chooses when he does, and why he is proposed this: one sentence each, for the coordinator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appointments.models import PlaceKind
from appointments.models.cascade import Step
from core import clock
from core.formats import french
from partnerships.models import AdvancedConsultation
from partnerships.session_cascade import Fate, Patient, Progress


@dataclass(frozen=True)
class Explained:
    patient: Patient
    turn: str
    why: str


def explained(progress: Progress, now: datetime) -> list[Explained]:
    """In their turn; one query for any number of them."""
    programmes = _programmes(progress)
    return [
        Explained(one, turn_of(one, now), "" if one.is_done else why(one, programmes))
        for one in progress.patients
    ]


def turn_of(one: Patient, now: datetime) -> str:
    since = one.expected.waiting_since
    days = max((clock.local(now).date() - clock.local(since).date()).days, 0)
    waits = ngettext("attend depuis %(days)s jour", "attend depuis %(days)s jours", days) % {"days": days}
    if not one.expected.is_triaged:
        return _("Pas de demande triée : choisit après les autres, %(waits)s.") % {"waits": waits}
    return _("Priorité %(priority)s, %(waits)s.") % {"priority": one.expected.priority, "waits": waits}


def why(one: Patient, programmes: dict[int, AdvancedConsultation]) -> str:
    line = one.line
    if line is None or one.fate in (Fate.NEW, Fate.NEXT):
        return ""
    if line.by_hand and line.step != Step.CALL:
        return _("Choisi par l’équipe.")
    if line.step == Step.CALL:
        return _why_call(one)
    if line.step == Step.WAIT:
        since = french.full_day(one.expected.waiting_since)
        return _("Aucune place libre qu’il peut prendre : garde son ancienneté (%(since)s).") % {
            "since": since
        }
    if line.step == Step.SAME and line.start_at == one.visit.start_at:
        return _("La même heure : la séance est tenue par quelqu’un d’autre.")
    if line.step == Step.SAME:
        return _("La première place libre des séances de la même consultation.")
    return _why_elsewhere(one, programmes)


def _why_call(one: Patient) -> str:
    if one.fate == Fate.UNREACHABLE:
        return _("Ni téléphone ni e-mail : cherchez une adresse auprès de qui l’a adressé.")
    if one.line is not None and one.line.by_hand:
        return _("L’équipe l’appelle.")
    return _("Rien ne peut lui être proposé par écrit : il faut lui parler.")


def _why_elsewhere(one: Patient, programmes: dict[int, AdvancedConsultation]) -> str:
    assert one.line is not None
    assert one.line.reason is not None
    if one.line.reason.place_kind == PlaceKind.VIDEO:
        return _("Plus de place dans la maison : une téléconsultation de la même spécialité.")
    other = programmes.get(one.line.reason_id or 0)
    if other is None:
        return _("Même spécialité, chez quelqu’un d’autre.")
    sentence = _("Plus de place dans cette consultation : même spécialité, %(partner)s.")
    if other.entry_conditions:
        sentence += " " + _("Conditions : %(conditions)s")
    return sentence % {"partner": other.partner.name, "conditions": other.entry_conditions}


def _programmes(progress: Progress) -> dict[int, AdvancedConsultation]:
    """Which programme a proposed reason stands for."""
    keys = {one.line.reason_id for one in progress.patients if one.line is not None and one.line.reason_id}
    rows = AdvancedConsultation.objects.filter(reasons__visit_reasons__in=keys).select_related("partner")
    return {row.for_reason: row for row in rows.annotate(for_reason=F("reasons__visit_reasons"))}
