"""A person comes to the waiting room of a visit by video, agrees to it, goes away, changes his mind."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access import Visitor
from appointments.actions.change_state import Step, change_state, possible_steps
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from teleconsult.access import in_window
from teleconsult.consent import CURRENT
from teleconsult.models import Participant, ParticipantRole, VideoState, VideoVisit


class DoorShut(Refusal):
    def __init__(self) -> None:
        super().__init__(_("La salle d’attente n’est pas ouverte à cette heure."))


class NotAgreed(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cochez la case : sans votre accord, le rendez-vous n’a pas lieu en vidéo."))


class NotLetIn(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Le professionnel n’a pas pu vous faire entrer. Lisez son mot, ou appelez la maison.")
        )


def locked(participant: Participant) -> Participant:
    """The visit first, then the person: everybody who changes either comes in this order."""
    VideoVisit.objects.select_for_update(of=("self",), no_key=True).get(pk=participant.visit_id)
    rows = Participant.objects.with_visit().select_for_update(of=("self",), no_key=True)
    return rows.get(pk=participant.pk)


def knock(participant: Participant, *, actor: Visitor, agrees: bool) -> Participant:
    """« Je suis là », with his word for being seen. Twice is once. Raises `NotAgreed`, `DoorShut`, `NotLetIn`."""
    if not agrees:
        raise NotAgreed
    now = clock.now()
    with transaction.atomic():
        _arrive(participant, actor)
        participant = locked(participant)
        visit = participant.visit
        if not visit.is_open or not in_window(visit, now):
            raise DoorShut
        if participant.refused_at is not None:
            raise NotLetIn
        if participant.is_at_the_door and participant.has_consented:
            return participant
        participant.consented_at, participant.consent_version = now, CURRENT
        participant.consent_withdrawn_at = participant.left_at = None
        participant.arrived_at = now
        participant.save(
            update_fields=[
                *("consented_at", "consent_version", "consent_withdrawn_at", "left_at", "arrived_at"),
            ]
        )
        if visit.state == VideoState.PLANNED:
            visit.state = VideoState.WAITING
            visit.save(update_fields=["state"])
        _note("consented", participant, actor, version=CURRENT)
        _note("arrived", participant, actor)
    return participant


def go_away(participant: Participant, *, actor: Visitor, withdraws: bool = False) -> Participant:
    """Out of the waiting room, or out of the call; `withdraws`: he no longer agrees to be seen."""
    now = clock.now()
    with transaction.atomic():
        participant = locked(participant)
        if participant.role == ParticipantRole.PRACTITIONER:
            return participant
        participant.left_at = now
        participant.admitted_at = participant.admitted_by = participant.seat = None
        if withdraws and participant.consented_at is not None:
            participant.consent_withdrawn_at = now
        participant.save(
            update_fields=["left_at", "admitted_at", "admitted_by", "seat", "consent_withdrawn_at"]
        )
        _nobody_waits(participant.visit)
        _note("consent_withdrawn" if withdraws else "left", participant, actor)
    return participant


def _nobody_waits(visit: VideoVisit) -> None:
    if visit.state == VideoState.WAITING and not visit.participants.at_the_door().exists():
        visit.state = VideoState.PLANNED
        visit.save(update_fields=["state"])


def _arrive(participant: Participant, actor: Visitor) -> None:
    """The agenda shows him as arrived, as if he had come through the door of the house."""
    appointment = participant.visit.appointment
    is_patient = participant.role in (ParticipantRole.PATIENT, ParticipantRole.NURSE)
    if is_patient and Step.ARRIVE in possible_steps(appointment, clock.now()):
        change_state(appointment, Step.ARRIVE, actor=actor)


def _note(what: str, participant: Participant, actor: Visitor, **detail: str) -> None:
    record(
        actor,
        f"video_visit.{what}",
        participant.visit,
        patient_id=participant.visit.appointment.patient_id,
        participant=participant.pk,
        role=participant.role,
        **detail,
    )
