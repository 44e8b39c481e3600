"""Somebody of the team has the patient of a cancelled session on the telephone: what he says is done at once."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from appointments.actions.accept_offer import accept_offer
from appointments.actions.cancel import cancel
from appointments.actions.close_offer import close
from appointments.actions.hold import hold
from appointments.actions.move import move
from appointments.availability import Slot
from appointments.models import Appointment, Cascade, CascadeLine, SlotOffer, Status
from appointments.models.cascade import Step
from appointments.models.offer import OfferState
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from partnerships.actions.request_step import locked, move_on
from partnerships.actions.session_cascade import WAY
from partnerships.models import ExpectedPatient, RequestState
from partnerships.request_states import may_become


class AlreadySettled(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce patient a déjà sa réponse : la liste vient d’être relue."))


@transaction.atomic
def seat_by_phone(expected: ExpectedPatient, slot: Slot, *, actor: User) -> Appointment:
    """This place, at once; he reads it in writing. Raises `AlreadySettled`, `SlotTaken` and what `move` does."""
    visit = _visit(expected)
    # The agendas first, as every booking takes them; the visit's own too, since it gives its time back.
    lock("agenda", visit.practitioner_id, slot.reason.practitioner_id, shared=True)
    _require_open(expected)
    holder = f"cascade-{secrets.token_urlsafe(16)}"
    held = hold(slot.reason, slot.start_at, holder=holder, audiences=WAY.audiences, moving=visit)
    moved = move(visit, held, holder=holder, actor=actor, by_staff=True)
    _forget_draft(expected)
    record(actor, "session_cascade.seated_by_phone", expected.cascade, patient_id=moved.patient_id)
    return moved


@transaction.atomic
def accept_by_phone(expected: ExpectedPatient, *, actor: User) -> Appointment:
    """He takes what was offered. Raises `AlreadySettled`, `OfferOver` and what accepting does."""
    offer = SlotOffer.objects.waiting().filter(replaces=_visit(expected)).first()
    if offer is None:
        raise AlreadySettled
    return accept_offer(offer, actor=actor)


@transaction.atomic
def give_up_by_phone(expected: ExpectedPatient, *, actor: User) -> None:
    """He does not come any more: the visit ends, and the request with it. Raises `AlreadySettled`."""
    visit = _visit(expected)
    lock("patient", visit.patient_id or 0)
    _require_open(expected)
    _forget_draft(expected)
    if expected.request is not None:
        request = locked(expected.request)
        if may_become(request, RequestState.WITHDRAWN):
            move_on(request, RequestState.WITHDRAWN, by=actor, verb="withdrawn")
    cancel(visit, actor=actor, note=_("ne souhaite plus venir"), by_staff=True)
    expected.refused_at = clock.now()
    expected.save(update_fields=["refused_at"])


@transaction.atomic
def list_by_phone(expected: ExpectedPatient, *, actor: User) -> None:
    """Back on the waiting list with his age; he reads so. Raises `AlreadySettled`."""
    visit = _visit(expected)
    cascade = Cascade.objects.select_for_update(of=("self",), no_key=True).get(pk=expected.cascade_id)
    _require_open(expected)
    offers = SlotOffer.objects.filter(state=OfferState.SENT, replaces=visit)
    for offer in offers.select_for_update(of=("self",), no_key=True):
        close(offer, OfferState.WITHDRAWN, actor)
    line, _made = CascadeLine.objects.update_or_create(
        cascade=cascade,
        appointment=visit,
        defaults={
            "step": Step.WAIT,
            "reason": None,
            "start_at": None,
            "offer": None,
            "by_hand": True,
            "was_taken": False,
            "sent_at": clock.now(),
        },
    )
    WAY.take_back(line)
    WAY.put_off(line, cascade, clock.now(), actor)
    record(actor, "session_cascade.listed_by_phone", cascade, patient_id=visit.patient_id)


def _visit(expected: ExpectedPatient) -> Appointment:
    return Appointment.objects.select_related("patient", "practitioner", "reason").get(
        pk=expected.disruption.appointment_id
    )


def _require_open(expected: ExpectedPatient) -> None:
    open_rows = ExpectedPatient.objects.filter(
        disruption__settled_at=None, disruption__appointment__status=Status.BOOKED, listed_at=None
    )
    if not open_rows.filter(pk=expected.pk).exists():
        raise AlreadySettled


def _forget_draft(expected: ExpectedPatient) -> None:
    """What was planned for him and not sent is free for another."""
    CascadeLine.objects.filter(
        cascade=expected.cascade_id, appointment=expected.disruption.appointment_id, sent_at=None
    ).delete()
