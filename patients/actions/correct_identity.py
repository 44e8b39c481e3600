"""The desk has an identity document before it: what it says is written, and what it proves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import is_administrator, is_coordinator
from accounts.models import User
from core.audit.record import record
from core.refusal import Refusal
from patients.identity import STRICT_TRAITS, USUAL_NAMES
from patients.models import IdentityCorrection, Patient
from patients.models.correction import Document
from patients.models.trusted import proves

TRAITS = (*STRICT_TRAITS, *USUAL_NAMES)


class IdentityProtected(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Cette identité vient du téléservice INSi. Seule la coordination peut en corriger un trait,"
                " avec la raison : le matricule est alors retiré."
            )
        )


class UnderPseudonym(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Cette fiche est sous pseudonyme : l’identité s’écrit en levant le pseudonyme,"
                " à la demande de la personne."
            )
        )


def may_correct_retrieved(user: User) -> bool:
    return is_coordinator(user) or is_administrator(user)


def correct_identity(
    patient: Patient, traits: Mapping[str, Any], *, document: str, why: str = "", actor: User
) -> IdentityCorrection:
    """`traits`: cleaned data of `CorrectionForm`. A document of high trust validates; a changed strict trait without
    one drops the trust, and always the INS number.

    Raises `IdentityProtected` where a strict trait that INSi gave would change and the actor is not the coordination,
    or gives no reason.
    """
    with transaction.atomic():
        patient = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        if patient.is_under_pseudonym:
            raise UnderPseudonym
        changed = [name for name in TRAITS if name in traits and getattr(patient, name) != traits[name]]
        strict = any(name in STRICT_TRAITS for name in changed)
        if strict and patient.ins_retrieved and not (may_correct_retrieved(actor) and why):
            raise IdentityProtected
        status = patient.identity_status
        before = {name: str(getattr(patient, name)) for name in changed}
        for name in changed:
            setattr(patient, name, traits[name])
        if strict:
            patient.ins_retrieved = patient.identity_checked = False
            patient.ins_number = ""
        patient.identity_checked = patient.identity_checked or proves(document, patient)
        patient.save(update_fields=[*changed, "ins_retrieved", "ins_number", "identity_checked"])
        correction = IdentityCorrection.objects.create(
            patient=patient,
            document=Document(document),
            why=why,
            before=before,
            after={name: str(getattr(patient, name)) for name in changed},
            by=actor,
        )
        record(
            actor,
            "patient.identity_corrected",
            correction,
            patient_id=patient.pk,
            reason=why,
            fields=sorted(changed),
            document=document,
            status=[str(status), str(patient.identity_status)],
        )
    return correction
