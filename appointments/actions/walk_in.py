"""The queue of those who come without an appointment: join it, be called, be seen, leave, be sent elsewhere."""

from __future__ import annotations

from django.db import models, transaction
from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.change_state import Step, change_state
from appointments.models import Appointment, Origin, VisitReason, WalkIn
from appointments.models.walk_in import OPEN_STATES, WalkInState
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from patients.models import Patient
from practitioners.models import Place, Practitioner, Profession

AHEAD = 1000


class Move(models.TextChoices):
    """The word of the address, and what the button says."""

    CALL = "appeler", _("Appeler")
    BACK = "rappeler-plus-tard", _("Remettre en attente")
    FIRST = "en-premier", _("Passer en premier")
    LEAVE = "parti", _("Parti")
    REDIRECT = "oriente", _("Orienté ailleurs")


AFTER = {
    Move.CALL: WalkInState.CALLED,
    Move.BACK: WalkInState.WAITING,
    Move.LEAVE: WalkInState.LEFT,
    Move.REDIRECT: WalkInState.REDIRECTED,
}


class QueueMoved(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Quelqu’un vient de s’occuper de cette personne. La file vient d’être relue."))


class NobodyWaits(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Personne n’attend sans rendez-vous."))


class RecordNeeded(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Retrouvez ou créez d’abord le dossier de cette personne."))


def join_queue(
    place: Place,
    first_name: str,
    *,
    actor: User,
    profession: Profession | None = None,
    practitioner: Practitioner | None = None,
    note: str = "",
) -> WalkIn:
    """At the end of today's queue. Who was still in yesterday's has left."""
    now = clock.now()
    with transaction.atomic():
        lock("walk_ins", 1)
        WalkIn.objects.filter(day__lt=clock.today(), state__in=OPEN_STATES).update(
            state=WalkInState.LEFT, ended_at=now
        )
        last = WalkIn.objects.filter(day=clock.today()).aggregate(last=Max("position"))["last"]
        walk_in = WalkIn.objects.create(
            place=place,
            first_name=first_name,
            profession=profession,
            practitioner=practitioner,
            note=note,
            position=(last or AHEAD) + 1,
            added_by=actor,
        )
        record(actor, "walk_in.joined", walk_in)
    return walk_in


def move_walk_in(walk_in: WalkIn, move: Move, *, actor: User) -> WalkIn:
    """One button of the line. Raises `QueueMoved` where somebody else was quicker."""
    now = clock.now()
    with transaction.atomic():
        walk_in = _locked(walk_in)
        if move == Move.CALL and walk_in.state != WalkInState.WAITING:
            raise QueueMoved
        if move == Move.FIRST:
            first = WalkIn.objects.queue().aggregate(first=Min("position"))["first"]
            walk_in.position = first if walk_in.position == first else first - 1
        else:
            walk_in.state = AFTER[move]
            walk_in.called_at = now if move == Move.CALL else None if move == Move.BACK else walk_in.called_at
            walk_in.ended_at = None if walk_in.state in OPEN_STATES else now
        walk_in.save(update_fields=["position", "state", "called_at", "ended_at"])
        record(actor, f"walk_in.{move.name.lower()}", walk_in, patient_id=walk_in.patient_id)
    return walk_in


def call_next(walk_ins: models.QuerySet[WalkIn], *, actor: User) -> WalkIn:
    """The first who waits in this queue; two who tap at once call two people. Raises `NobodyWaits`."""
    with transaction.atomic():
        keys = (
            walk_ins.filter(state=WalkInState.WAITING).order_by("position", "pk").values_list("pk", flat=True)
        )
        found = (
            WalkIn.objects.filter(pk__in=list(keys[:20]), state=WalkInState.WAITING)
            .select_for_update(skip_locked=True, no_key=True)
            .order_by("position", "pk")
            .first()
        )
        if found is None:
            raise NobodyWaits
        return move_walk_in(found, Move.CALL, actor=actor)


def recognise(walk_in: WalkIn, patient: Patient, *, actor: User) -> WalkIn:
    """The record of who waits was found."""
    with transaction.atomic():
        walk_in = _locked(walk_in)
        walk_in.patient = patient
        walk_in.save(update_fields=["patient"])
        record(actor, "walk_in.recognised", walk_in, patient_id=patient.pk)
    return walk_in


def seat_walk_in(walk_in: WalkIn, reason: VisitReason, *, actor: User) -> Appointment:
    """A visit from now on with this practitioner, arrived; above what fits where he is busy. All or nothing.

    Raises `RecordNeeded`, `QueueMoved` or what `book_at_desk` raises.
    """
    with transaction.atomic():
        walk_in = _locked(walk_in)
        if walk_in.patient is None:
            raise RecordNeeded
        now = clock.now()
        appointment = book_at_desk(
            reason,
            now.replace(second=0, microsecond=0),
            walk_in.patient,
            actor=actor,
            place=walk_in.place,
            overbook=True,
            why=str(_("venu sans rendez-vous")),
            origin=Origin.DESK,
        )
        appointment = change_state(appointment, Step.ARRIVE, actor=actor)
        Appointment.objects.filter(pk=appointment.pk).update(arrived_at=walk_in.arrived_at)
        walk_in.state, walk_in.ended_at, walk_in.appointment = WalkInState.SEEN, now, appointment
        walk_in.save(update_fields=["state", "ended_at", "appointment"])
        record(
            actor,
            "walk_in.seated",
            walk_in,
            patient_id=appointment.patient_id,
            reference=appointment.reference,
        )
    return appointment


def _locked(walk_in: WalkIn) -> WalkIn:
    """Raises `QueueMoved` where it is no longer in today's queue."""
    found = (
        WalkIn.objects.queue()
        .select_for_update(of=("self",), no_key=True)
        .select_related("patient", "place")
        .filter(pk=walk_in.pk)
        .first()
    )
    if found is None:
        raise QueueMoved
    return found
