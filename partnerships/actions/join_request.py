"""The desk says whom a request is about: a record that is there, or a new one. What was typed goes then."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.audit.record import record
from core.db import constraint_sentence, lock
from core.refusal import Refusal
from partnerships.actions.request_care import open_to_carers, professionals_of
from partnerships.actions.request_step import locked
from partnerships.models import ConsultationRequest, RequestEvent, RequestIdentity
from patients.actions.create_at_desk import create_at_desk
from patients.actions.pseudonymise import create_under_pseudonym
from patients.models import Patient
from patients.models.patient import Sex


class AlreadyJoined(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette demande est déjà rattachée, ou terminée."))


def join_to_patient(request: ConsultationRequest, patient: Patient, *, actor: User) -> ConsultationRequest:
    try:
        with transaction.atomic():
            lock("patient", patient.pk)
            request = _free(request)
            return _join(request, patient, actor)
    except IntegrityError as error:
        sentence = constraint_sentence(error, ConsultationRequest)
        if sentence is None:
            raise
        raise Refusal(sentence) from error


def join_to_new_patient(
    request: ConsultationRequest, *, actor: User, despite: Collection[int] = ()
) -> ConsultationRequest:
    """Raises `LooksLike` for anybody similar who was not looked at, `AliasTaken` for a pseudonym that is known."""
    with transaction.atomic():
        request = _free(request)
        identity = RequestIdentity.objects.get(request=request)
        if identity.is_pseudonym:
            patient = _under_pseudonym(request, identity, actor)
        else:
            patient = create_at_desk(typed_identity(identity), actor=actor, despite=despite)
        lock("patient", patient.pk)
        return _join(request, patient, actor)


def typed_identity(identity: RequestIdentity) -> dict[str, Any]:
    """As the form of the desk would have it."""
    return {
        "birth_name": identity.birth_name,
        "birth_first_names": identity.birth_first_names,
        "used_name": "",
        "birth_date": identity.birth_date,
        "sex": identity.sex or Sex.UNKNOWN,
        "phone": identity.phone,
        "email": identity.email,
    }


def _free(request: ConsultationRequest) -> ConsultationRequest:
    request = locked(request)
    if request.patient_id is not None or not request.is_open:
        raise AlreadyJoined
    return request


def _under_pseudonym(request: ConsultationRequest, identity: RequestIdentity, actor: User) -> Patient:
    practitioner = professionals_of(request).first()
    if practitioner is None:
        raise Refusal(
            _("Aucun professionnel ne vient de ce partenaire : dites d’abord qui suivra la personne.")
        )
    return create_under_pseudonym(
        identity.alias,
        identity.birth_year or 1900,
        practitioner=practitioner,
        channel=identity.channel,
        contact=str(identity.phone or identity.email),
        actor=actor,
    )


def _join(request: ConsultationRequest, patient: Patient, actor: User) -> ConsultationRequest:
    request.patient = patient
    request.save(update_fields=["patient"])
    RequestIdentity.objects.filter(request=request).delete()
    RequestEvent.objects.create(
        request=request, by=actor, from_state=request.state, to_state=request.state, verb="joined"
    )
    record(actor, "request.joined", request, patient_id=patient.pk)
    open_to_carers(request, actor=actor)
    return request
