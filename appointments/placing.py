"""Where a visit may stand when the team gives it another time: the rules, each with its sentence. Never writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from appointments.coverage import timetables
from appointments.models import Appointment, Opening, PlaceKind, Status, VisitReason
from appointments.models.disruption import Cause
from core.refusal import Refusal
from practitioners.models import Practitioner, Room

SHORTEST, LONGEST = timedelta(minutes=5), timedelta(hours=8)


class NotMovable(Refusal):
    def __init__(self, appointment: Appointment) -> None:
        super().__init__(
            _("Ce rendez-vous est « %(state)s » : son heure ne change plus.")
            % {"state": appointment.get_status_display()}
        )


class TakenTogether(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Deux professionnels reçoivent ensemble : annulez, puis reprenez une heure à deux.")
        )


class MovedMeanwhile(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Quelqu’un vient de déplacer ce rendez-vous. Le planning est relu."))


class InThePast(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette heure est déjà passée."))


class WrongLength(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Un rendez-vous dure de 5 minutes à 8 heures."))


class NoSuchReason(Refusal):
    """Does not name the reason: whoever moves the visit may not be allowed to read it."""

    def __init__(self, practitioner: Practitioner) -> None:
        super().__init__(_("%(who)s ne propose pas ce motif.") % {"who": practitioner.display_name})


class Away(Refusal):
    def __init__(self, practitioner: Practitioner) -> None:
        super().__init__(_("%(who)s est absent à cette heure.") % {"who": practitioner.display_name})


class HouseClosed(Refusal):
    def __init__(self) -> None:
        super().__init__(_("La maison de santé est fermée à cette heure."))


class NotOpen(Refusal):
    def __init__(self, practitioner: Practitioner) -> None:
        super().__init__(
            _("Aucune plage d’ouverture de %(who)s ne couvre cette heure.")
            % {"who": practitioner.display_name}
        )


class OtherReasons(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette plage est réservée à d’autres motifs."))


class OtherPlace(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette salle est dans un autre lieu."))


@dataclass(frozen=True)
class Wish:
    """What the team asks for. `minutes` None keeps the length, `room` None takes the opening's."""

    start_at: datetime
    practitioner: Practitioner
    minutes: int | None = None
    room: Room | None = None


@dataclass(frozen=True)
class Placement:
    """The answer: what the appointment's columns become."""

    practitioner_id: int
    reason: VisitReason
    start_at: datetime
    end_at: datetime
    blocked_until: datetime
    place_id: int
    room_id: int | None
    opening_id: int


def place(appointment: Appointment, wish: Wish, *, now: datetime) -> Placement:
    """Raises the sentence of the rule that stands in the way; who else is there, the action asks."""
    if appointment.status != Status.BOOKED:
        raise NotMovable(appointment)
    if appointment.accompanies_id is not None or appointment.companions.filter(occupies=True).exists():
        raise TakenTogether
    length = appointment.end_at - appointment.start_at
    if wish.minutes is not None:
        length = timedelta(minutes=wish.minutes)
    if not SHORTEST <= length <= LONGEST:
        raise WrongLength
    end_at = wish.start_at + length
    # What has begun without its patient may still be made longer or shorter.
    if (wish.start_at if wish.start_at != appointment.start_at else end_at) < now:
        raise InThePast
    reason = _reason(appointment, wish.practitioner)
    buffer = appointment.blocked_until - appointment.end_at
    if reason != appointment.reason:
        buffer = reason.buffer
    opening = _opening(appointment, reason, wish, end_at)
    return Placement(
        practitioner_id=wish.practitioner.pk,
        reason=reason,
        start_at=wish.start_at,
        end_at=end_at,
        blocked_until=end_at + buffer,
        place_id=opening.place_id,
        room_id=wish.room.pk if wish.room is not None else opening.room_id,
        opening_id=opening.pk,
    )


def _reason(appointment: Appointment, practitioner: Practitioner) -> VisitReason:
    """His own, or the one of the same kind that the other practitioner offers."""
    own = appointment.reason
    if practitioner.pk == appointment.practitioner_id:
        return own
    same_kind = VisitReason.objects.filter(
        practitioner=practitioner, category=own.category_id, place_kind=own.place_kind, is_active=True
    )
    found = list(same_kind.order_by("position", "pk"))
    if not found:
        raise NoSuchReason(practitioner)
    return next((one for one in found if one.name == own.name), found[0])


def _opening(appointment: Appointment, reason: VisitReason, wish: Wish, end_at: datetime) -> Opening:
    who = wish.practitioner
    standing = Opening.objects.standing().filter(
        practitioner=who, start_at__lte=wish.start_at, end_at__gte=end_at
    )
    openings = list(standing.prefetch_related("reasons").order_by("start_at", "pk"))
    for away in timetables([who.pk], wish.start_at, end_at)[who.pk].aways:
        if away.start_at >= end_at or away.end_at <= wish.start_at:
            continue
        if away.cause == Cause.ABSENCE:
            raise Away(who)
        if away.cause == Cause.CLOSURE:
            openings = [one for one in openings if away.place_id not in (None, one.place_id)]
            if not openings:
                raise HouseClosed
    if not openings:
        raise NotOpen(who)
    fitting = [one for one in openings if not one.reasons.all() or reason in one.reasons.all()]
    if not fitting:
        raise OtherReasons
    if wish.room is not None and reason.place_kind == PlaceKind.CENTRE:
        fitting = [one for one in fitting if one.place_id == wish.room.place_id]
        if not fitting:
            raise OtherPlace
    # Where he is expected already, if that is possible.
    return min(
        fitting, key=lambda one: (one.place_id != appointment.place_id, one.room_id != appointment.room_id)
    )
