"""Who receives opens the door: to one, to nobody else, to four at most. Or says why not."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.actions.change_state import Step, change_state, possible_steps
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from teleconsult.actions.at_the_door import locked
from teleconsult.models import SEATS, Participant, ParticipantRole, VideoState


class VisitOver(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette téléconsultation est terminée ou annulée."))


class DoorsClosed(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "L’heure est passée de plus de deux heures : plus aucun lien n’ouvre. Terminez cette"
                " téléconsultation, puis donnez un autre rendez-vous."
            )
        )


class NobodyThere(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette personne n’est plus dans la salle d’attente. La liste vient d’être relue."))


class RoomFull(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Quatre personnes sont déjà entrées. Faites sortir quelqu’un, puis admettez celle-ci :"
                " au-delà, l’image se fige."
            )
        )


class HostStays(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Le professionnel qui reçoit ne peut pas être mis dehors."))


def admit(participant: Participant, *, by: User) -> Participant:
    """In, on the first free seat. Twice is once. Raises `VisitOver`, `NobodyThere`, `RoomFull`."""
    now = clock.now()
    with transaction.atomic():
        _begin(participant, by)
        participant = locked(participant)
        visit = participant.visit
        if not visit.is_open:
            raise VisitOver
        if participant.is_admitted:
            return participant
        if participant.arrived_at is None or participant.left_at is not None or not participant.has_consented:
            raise NobodyThere
        taken = set(visit.participants.admitted().values_list("seat", flat=True))
        free = next((seat for seat in range(1, SEATS + 1) if seat not in taken), None)
        if free is None:
            raise RoomFull
        participant.admitted_at, participant.admitted_by, participant.seat = now, by, free
        participant.refused_at, participant.refusal_note = None, ""
        participant.save(update_fields=["admitted_at", "admitted_by", "seat", "refused_at", "refusal_note"])
        if visit.state != VideoState.IN_CALL:
            visit.state, visit.started_at = VideoState.IN_CALL, visit.started_at or now
            visit.save(update_fields=["state", "started_at"])
        _note("admitted", participant, by)
    return participant


def refuse(participant: Participant, note: str, *, by: User) -> Participant:
    """Not in, or out again; with a word that the person reads. Raises `VisitOver`, `HostStays`."""
    with transaction.atomic():
        participant = locked(participant)
        if not participant.visit.is_open:
            raise VisitOver
        if participant.role == ParticipantRole.PRACTITIONER:
            raise HostStays
        participant.refused_at, participant.refusal_note = clock.now(), note.strip()[:200]
        participant.admitted_at = participant.admitted_by = participant.seat = None
        participant.save(update_fields=["refused_at", "refusal_note", "admitted_at", "admitted_by", "seat"])
        visit = participant.visit
        if visit.state == VideoState.WAITING and not visit.participants.at_the_door().exists():
            visit.state = VideoState.PLANNED
            visit.save(update_fields=["state"])
        _note("refused", participant, by)
    return participant


def _begin(participant: Participant, by: User) -> None:
    """The agenda says « en consultation » as soon as the patient, or the nurse beside him, is let in."""
    appointment = participant.visit.appointment
    if participant.role == ParticipantRole.THIRD or participant.arrived_at is None:
        return
    if Step.BEGIN in possible_steps(appointment, clock.now()):
        change_state(appointment, Step.BEGIN, actor=by)


def _note(what: str, participant: Participant, by: User) -> None:
    record(
        by,
        f"video_visit.{what}",
        participant.visit,
        patient_id=participant.visit.appointment.patient_id,
        participant=participant.pk,
        role=participant.role,
    )
