"""Referrals are made by their actions, as the database wants it: nothing without a story and a clock."""

from __future__ import annotations

from coordination.actions.answer_referral import accept_referral
from coordination.actions.write_referral import Letter, Word, send_referral, write_referral
from coordination.models import Referral
from patients.models import Patient
from practitioners.models import Practitioner

LETTER = {
    "subject": "Rééducation, troubles de l’équilibre",
    "context": "Deux chutes en un mois, vit seul.",
    "sessions": 10,
}


def draft_referral(patient: Patient, requester: Practitioner, target=None, **letter) -> Referral:
    assert requester.user is not None
    words = {**LETTER, "target": target, **letter}
    return write_referral(patient, requester, Letter(**words), actor=requester.user)


def sent_referral(
    patient: Patient, requester: Practitioner, target=None, *, word: Word | None = None, **letter
) -> Referral:
    draft = draft_referral(patient, requester, target, **letter)
    return send_referral(draft, actor=requester.user, word=word)


def accepted_referral(
    patient: Patient, requester: Practitioner, target: Practitioner, *, plan=None, **letter
) -> Referral:
    referral = sent_referral(patient, requester, target, **letter)
    return accept_referral(referral, target, actor=target.user, plan=plan)
