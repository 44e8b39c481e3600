"""Somebody asks to be told when a time becomes free: online, at the desk, or because his visit cannot be kept."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appointments.actions.offer_freed import offer_new_on_commit
from appointments.models import Status, WaitingRequest
from core.audit.record import record
from core.db import insert_or_none
from core.refusal import Refusal
from patients.actions.note_contact import require_living
from practitioners.models import Practitioner


class AlreadyWaiting(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette personne est déjà sur la liste d’attente pour cette consultation."))


class NothingToReplace(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce rendez-vous n’est plus à venir."))


def ask_waiting(
    request: WaitingRequest,
    practitioners: Iterable[Practitioner] = (),
    *,
    actor: AbstractBaseUser | None,
    at_once: bool = True,
) -> WaitingRequest:
    """Take the request, and look for what is free already, `at_once` or with the next sweep.

    Raises `AlreadyWaiting`, `NothingToReplace` or `Died`.
    """
    if request.current is not None and request.current.status != Status.BOOKED:
        raise NothingToReplace
    require_living(request.patient_id)
    with transaction.atomic():
        request.asked_by_id = actor.pk if actor is not None else None
        if insert_or_none(request) is None:
            raise AlreadyWaiting
        request.practitioners.set(practitioners)
        record(
            actor,
            "waiting.asked",
            request,
            patient_id=request.patient_id,
            origin=str(request.origin),
            until=request.last_day.isoformat(),
        )
        if at_once:
            offer_new_on_commit()
    return request
