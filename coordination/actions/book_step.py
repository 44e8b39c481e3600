"""The visit of a step is booked: by the team, or by the patient from his own page. Booking and step in one."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments import eligibility
from appointments.actions.book import book
from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.hold import hold
from appointments.availability import Slot
from appointments.models import Appointment, Bookability, Origin
from coordination.actions.change_step import NotNow, set_visit, step_at_hand
from coordination.models import PathwayStep
from coordination.pathway_plan import Standing, StepState
from core.db import lock
from core.refusal import Refusal
from practitioners.house import the_house
from practitioners.models import Room

_BOOKABLE = frozenset({StepState.DUE, StepState.PROPOSED, StepState.OVERDUE, StepState.WAITING})


class NotOnline(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce rendez-vous se prend avec le secrétariat, par téléphone ou à l’accueil."))


def book_step(
    step: PathwayStep,
    slot: Slot,
    *,
    actor: User,
    why: str = "",
    despite: str = "",
    origin: Origin = Origin.PRACTITIONER,
) -> Appointment:
    """Raises what `book_at_desk` raises, and `NotNow`; nothing is booked then."""
    with transaction.atomic():
        lock("agenda", slot.reason.practitioner_id, shared=True)
        with step_at_hand(step) as (step, standing, _plan):
            _check(standing, slot)
            visit = book_at_desk(
                slot.reason,
                slot.start_at,
                step.pathway.patient,
                actor=actor,
                place=the_house().places[slot.opening.place_id],
                room=Room.objects.filter(pk=slot.opening.room_id or 0).first(),
                why=why,
                despite=despite,
                origin=origin,
            )
            _forget_old(step)
            set_visit(step, visit, actor=actor)
    return visit


def book_own_step(step: PathwayStep, slot: Slot, *, actor: User) -> Appointment:
    """By the patient or who acts for him: every rule of the reason holds, as on the public pages.

    Raises what `hold` and `book` raise, `NotOnline` and `NotNow`.
    """
    if slot.reason.bookable_by not in (Bookability.EVERYONE, Bookability.INVITED):
        raise NotOnline
    holder = secrets.token_urlsafe(24)
    patient = step.pathway.patient
    with transaction.atomic():
        lock("agenda", slot.reason.practitioner_id, shared=True)
        with step_at_hand(step) as (step, standing, _plan):
            _check(standing, slot)
            known = eligibility.is_known(patient, slot.reason.practitioner_id)
            audiences = eligibility.audiences_for(known=known)
            held = hold(slot.reason, slot.start_at, holder=holder, audiences=audiences)
            visit = book(held, holder=holder, patient=patient, actor=actor)
            _forget_old(step)
            set_visit(step, visit, actor=actor)
    return visit


def _check(standing: Standing, slot: Slot) -> None:
    source = standing.step.source
    if standing.state not in _BOOKABLE or slot.reason.category_id != source.category_id or source.is_series:
        raise NotNow


def _forget_old(step: PathwayStep) -> None:
    """A missed or cancelled visit gives its place to the new one, and is not taken for the step again."""
    if step.appointment_id is not None:
        step.set_aside = [*step.set_aside, step.appointment_id]
        step.save(update_fields=["set_aside"])
