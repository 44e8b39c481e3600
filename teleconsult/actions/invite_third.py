"""An interpreter or a relative is asked to join, with the patient's word; and asked no longer."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from teleconsult import notifications_video as notifications
from teleconsult.access import opens_still
from teleconsult.actions.admit import DoorsClosed, VisitOver
from teleconsult.models import (
    SEATS,
    Participant,
    ParticipantRole,
    ThirdInvitation,
    ThirdKind,
    VideoVisit,
)


class NoWord(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Demandez d’abord au patient s’il est d’accord, puis cochez la case."))


class EnoughPeople(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Quatre personnes sont déjà attendues. Retirez une invitation avant d’en faire une autre.")
        )


@dataclass(frozen=True)
class Guest:
    name: str
    kind: ThirdKind
    email: str = ""
    phone: str = ""


def invite_third(visit: VideoVisit, guest: Guest, *, agreed: bool, by: User) -> Participant:
    """He waits and is admitted like everybody. Raises `NoWord`, `VisitOver`, `DoorsClosed`, `EnoughPeople`."""
    if not agreed:
        raise NoWord
    with transaction.atomic():
        visit = VideoVisit.objects.select_for_update(of=("self",), no_key=True).get(pk=visit.pk)
        if not visit.is_open:
            raise VisitOver
        if not opens_still(visit, clock.now()):
            raise DoorsClosed
        if visit.participants.exclude(invitation__revoked_at__isnull=False).count() >= SEATS:
            raise EnoughPeople
        third = Participant.objects.create(visit=visit, role=ParticipantRole.THIRD, name=guest.name)
        invitation = ThirdInvitation.objects.create(
            participant=third,
            kind=guest.kind,
            email=guest.email,
            phone=guest.phone,
            agreed_at=clock.now(),
            invited_by=by,
        )
        _note("third_invited", third, by, kind=str(guest.kind))
        notifications.third_invited(invitation)
    return third


def revoke_third(third: Participant, *, by: User) -> None:
    """The link opens nothing any more, and who had come in is out. Twice is once."""
    with transaction.atomic():
        VideoVisit.objects.select_for_update(of=("self",), no_key=True).get(pk=third.visit_id)
        third = Participant.objects.select_for_update(no_key=True).get(pk=third.pk)
        open_one = ThirdInvitation.objects.filter(participant=third, revoked_at=None)
        if not open_one.update(revoked_at=clock.now()):
            return
        third.token_version += 1
        third.admitted_at = third.admitted_by = third.seat = None
        third.left_at = clock.now()
        third.save(update_fields=["token_version", "admitted_at", "admitted_by", "seat", "left_at"])
        _note("third_revoked", third, by)


def _note(what: str, third: Participant, by: User, **detail: str) -> None:
    record(
        by,
        f"video_visit.{what}",
        third.visit,
        patient_id=third.visit.appointment.patient_id,
        participant=third.pk,
        **detail,
    )
