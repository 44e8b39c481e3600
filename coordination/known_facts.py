"""What the record knows of a person, as the first words of a letter that its writer then changes. Reads."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import User
from coordination.access import hidden_entries, reader_of
from coordination.measures import courses_of
from coordination.medical_facts import Facts, facts_of
from core.formats import french
from patients.models import Patient

MOST_MEASURES = 8


def known_facts(patient: Patient, user: User) -> str:
    """One line each; what the patient closed to this writer is not there."""
    reader = reader_of(user, patient)
    facts = facts_of(patient, reader, hidden_entries(patient, reader))
    lines = [_attending(patient), *_allergies(facts), *_alerts(facts)]
    measures = [
        f"{course.kind} {course.last_text} ({french.short_day(course.last.at)})"
        for course in courses_of(patient, reader)[:MOST_MEASURES]
    ]
    if measures:
        lines.append(_line(_("Dernières mesures"), ", ".join(measures)))
    return "\n".join(line for line in lines if line)


def _line(label: str, words: str) -> str:
    return f"{label}{french.NBSP}: {words}"


def _attending(patient: Patient) -> str:
    doctor = patient.attending_doctor or patient.attending_doctor_outside
    return _line(_("Médecin traitant"), str(doctor)) if doctor else ""


def _allergies(facts: Facts) -> list[str]:
    if facts.none_known is not None:
        return [_("Aucune allergie connue.")]
    said = [" ".join(part for part in (one.substance, one.reaction) if part) for one in facts.allergies]
    return [_line(_("Allergies"), ", ".join(said))] if said else []


def _alerts(facts: Facts) -> list[str]:
    return [_line(_("À savoir"), one.text) for one in facts.alerts]
