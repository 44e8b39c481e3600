"""The last step of the online booking: for whom, then the appointment; all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.actions.book import book_by
from appointments.booking_facts import facts_and, facts_of
from appointments.conditions import Answers
from appointments.models import Appointment
from core import clock
from core.refusal import Refusal
from patients import access
from patients.actions.add_relative import add_relative
from patients.actions.create_self import create_self
from patients.models import Patient
from patients.models.proxy import Relation


class RelativeToConfirm(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Pour prendre rendez-vous au nom d’un adulte, la maison de santé doit d’abord confirmer votre demande."
                " Ajoutez ce proche dans « Mon espace », ou appelez le secrétariat."
            )
        )


@dataclass(frozen=True)
class SomebodyNew:
    """A person whose record is made together with the appointment; `relation` SELF is the account's own."""

    relation: str
    identity: Mapping[str, Any]


def book_for(
    held: Appointment,
    whom: int | SomebodyNew,
    *,
    holder: str,
    user: User,
    patient_message: str,
    answers: Answers | None = None,
) -> Appointment:
    """Book for a known person (key) or a new one. Where the booking is refused, no record is left behind.

    Raises what `book`, `create_self` and `add_relative` raise, and `RelativeToConfirm`.
    """
    now = clock.now()
    with transaction.atomic():
        if isinstance(whom, int):
            facts, patient = facts_and(held, whom, now, access.asking_for(user, whom))
        else:
            patient = _introduce(user, whom)
            facts = facts_of(held, patient.pk, now)
        return book_by(
            facts,
            now,
            holder=holder,
            patient=patient,
            actor=user,
            patient_message=patient_message,
            answers=answers,
        )


def patient_of(user: User, whom: int | SomebodyNew) -> Patient:
    """Somebody this account acts for, or whom it introduces now; 404 for anybody else."""
    return access.get_patient_for(user, whom) if isinstance(whom, int) else _introduce(user, whom)


def _introduce(user: User, somebody: SomebodyNew) -> Patient:
    if somebody.relation == Relation.SELF:
        return create_self(user, somebody.identity)
    if somebody.relation != Relation.CHILD:
        raise RelativeToConfirm
    return add_relative(user, somebody.relation, somebody.identity).patient
