"""A request comes in from outside the house: by a doctor's link, by the patient himself, by somebody without a name."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import constraint_sentence, lock
from core.refusal import Refusal
from partnerships import notifications_request as notifications
from partnerships.actions.request_care import open_to_carers
from partnerships.actions.write_request import Letter, fill
from partnerships.models import (
    AdvancedConsultation,
    ConsultationRequest,
    IntakeLink,
    RequestIdentity,
    RequestOrigin,
    RequestSender,
    RequestState,
)
from partnerships.request_letter import current_template
from patients.access import can_act_for
from patients.models import Patient
from patients.models.consent import Means


class NotOffered(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette consultation ne se demande pas ici. Appelez la maison de santé."))


@transaction.atomic
def take_outside_request(
    link: IntakeLink, letter: Letter, sender: RequestSender, identity: RequestIdentity
) -> ConsultationRequest:
    """Whether the person is known here is neither asked nor told: somebody of the house joins it to a record."""
    request = ConsultationRequest(
        programme=link.programme,
        origin=RequestOrigin.OUTSIDE,
        state=RequestState.RECEIVED,
        template=current_template(link.programme_id),
    )
    fill(request, letter, actor=None, verb="sent")
    sender.link, sender.request, identity.request = link, request, request
    sender.save(force_insert=True)
    identity.save(force_insert=True)
    record(None, "request.from_outside", request, link=link.pk)
    _announce(request)
    return request


def take_own_request(
    programme: AdvancedConsultation, patient: Patient, question: str, *, actor: User
) -> ConsultationRequest:
    """By the person himself, or by who acts for him; asking is agreeing."""
    if not (programme.is_active and programme.takes_self_referrals) or not can_act_for(actor, patient):
        raise NotOffered
    request = ConsultationRequest(
        programme=programme,
        patient=patient,
        origin=RequestOrigin.SELF,
        state=RequestState.RECEIVED,
        written_by=actor,
    )
    letter = Letter(question=question, consent_means=Means.ONLINE, consent_on=clock.today())
    try:
        with transaction.atomic():
            lock("patient", patient.pk)
            fill(request, letter, actor=actor, verb="sent")
            open_to_carers(request, actor=actor)
            _announce(request)
    except IntegrityError as error:
        sentence = constraint_sentence(error, ConsultationRequest)
        if sentence is None:
            raise
        raise Refusal(sentence) from error
    return request


@transaction.atomic
def take_nameless_request(
    programme: AdvancedConsultation, question: str, identity: RequestIdentity
) -> ConsultationRequest:
    """Under a pseudonym, without account, where the programme allows it (CSP L3414-1)."""
    allowed = programme.is_active and programme.takes_self_referrals and programme.allows_pseudonym
    if not allowed or not identity.is_pseudonym:
        raise NotOffered
    request = ConsultationRequest(programme=programme, origin=RequestOrigin.SELF, state=RequestState.RECEIVED)
    letter = Letter(question=question, consent_means=Means.ONLINE, consent_on=clock.today())
    fill(request, letter, actor=None, verb="sent")
    identity.request = request
    identity.save(force_insert=True)
    _announce(request)
    return request


def _announce(request: ConsultationRequest) -> None:
    event = request.events.last()
    assert event is not None
    notifications.tell_triage(request, event)
    notifications.tell_requester(request, event)
    notifications.tell_patient(request, event)
