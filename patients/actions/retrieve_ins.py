"""The national number joins a record: answered by the teleservice, or copied from the software that asked it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.audit.record import record
from core.formats import identifiers
from core.refusal import Refusal
from patients import insi
from patients.models import Patient


class CannotRetrieve(Refusal):
    """A rule of identity says no."""


def retrieve_ins(patient: Patient, *, actor: User) -> Patient:
    """Asks the gateway of the house. Raises `CannotRetrieve` where it knows nobody, or several."""
    found = insi.gateway().retrieve(patient)
    if found is None:
        raise CannotRetrieve(
            _(
                "Le téléservice ne trouve pas une seule personne avec ces traits. Vérifiez-les sur la pièce d’identité."
            )
        )
    return keep_ins(patient, found.number, means="teleservice", actor=actor)


def keep_ins(patient: Patient, number: str, *, means: str, actor: User) -> Patient:
    """Received: RECUP, or QUAL where a document has been seen. The trail says that it came, never what it is."""
    try:
        identifiers.ins(number)
    except ValidationError as error:
        raise CannotRetrieve(error.messages[0]) from error
    with transaction.atomic():
        patient = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        if patient.is_under_pseudonym:
            raise CannotRetrieve(_("Une personne sous pseudonyme n’a pas de matricule ici."))
        if Patient.objects.standing().filter(ins_number=number).exclude(pk=patient.pk).exists():
            raise CannotRetrieve(
                _("Une autre fiche porte déjà ce matricule. Regardez d’abord les doublons possibles.")
            )
        before = patient.identity_status
        patient.ins_number, patient.ins_retrieved = number, True
        patient.save(update_fields=["ins_number", "ins_retrieved"])
        record(
            actor,
            "patient.ins_retrieved",
            patient,
            patient_id=patient.pk,
            means=means,
            status=[str(before), str(patient.identity_status)],
        )
    return patient
