"""The order of a round, and who else is seen on the way."""

from __future__ import annotations

from datetime import date, time

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from appointments.models import Round, RoundStop
from appointments.rounds import Leg, best_place, leg_of, round_of
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from practitioners.models import Practitioner

MOST_STOPS = 60
UP, DOWN = "monter", "descendre"


class NoSuchStop(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette étape n’est plus dans la tournée. La liste vient d’être relue."))


class TooManyStops(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Soixante étapes au plus dans une tournée."))


@transaction.atomic
def move_stop(practitioner: Practitioner, day: date, key: str, direction: str, *, actor: User) -> None:
    """One place earlier or later; at the end of the list nothing happens."""
    tour, legs = _kept(practitioner, day)
    place = _place(legs, key)
    other = place - 1 if direction == UP else place + 1
    if 0 <= other < len(legs):
        legs[place], legs[other] = legs[other], legs[place]
        _write_order(tour, legs)
        record(actor, "round.arrange", tour, day=day.isoformat())


@transaction.atomic
def arrange_by_hour(practitioner: Practitioner, day: date, *, actor: User) -> None:
    """Fixed hours in their order; who has none keeps his place behind the one before him."""
    tour, legs = _kept(practitioner, day)
    hour, keyed = "", []
    for leg in legs:
        hour = leg.not_before.isoformat() if leg.not_before else hour
        keyed.append((hour, leg))
    _write_order(tour, [leg for _hour, leg in sorted(keyed, key=lambda pair: pair[0])])
    record(actor, "round.arrange", tour, day=day.isoformat())


@transaction.atomic
def set_round(
    practitioner: Practitioner, day: date, *, starts_at: time, travel_minutes: int, actor: User
) -> None:
    tour, legs = _kept(practitioner, day)
    tour.starts_at, tour.travel_minutes = starts_at, travel_minutes
    tour.save(update_fields=["starts_at", "travel_minutes"])
    _write_order(tour, legs)
    record(actor, "round.set", tour, day=day.isoformat(), travel=travel_minutes)


@transaction.atomic
def add_stop(practitioner: Practitioner, day: date, stop: RoundStop, *, actor: User) -> None:
    """Where he disturbs least; from there she moves him as she likes."""
    tour, legs = _kept(practitioner, day)
    if len(legs) >= MOST_STOPS:
        raise TooManyStops
    place = best_place(legs, leg_of(day, stop), clock.at(day, tour.starts_at), tour.travel_minutes)
    stop.round, stop.position = tour, place
    stop.save(force_insert=True)
    _write_order(tour, [*legs[:place], leg_of(day, stop), *legs[place:]])
    record(actor, "round.add", tour, patient_id=stop.patient_id, day=day.isoformat())


@transaction.atomic
def remove_stop(practitioner: Practitioner, day: date, key: str, *, actor: User) -> None:
    """Only one that was added: a booked visit is cancelled where visits are."""
    tour, legs = _kept(practitioner, day)
    leg = legs[_place(legs, key)]
    if leg.stop is None or leg.visit is not None:
        raise NoSuchStop
    leg.stop.delete()
    record(actor, "round.remove", tour, patient_id=leg.patient.pk, day=day.isoformat())


def _kept(practitioner: Practitioner, day: date) -> tuple[Round, list[Leg]]:
    """The round as a row, with the order that its reader saw."""
    lock("round", practitioner.pk)
    shown = round_of(practitioner, day, with_access=False)
    tour, _made = Round.objects.get_or_create(
        practitioner=practitioner,
        day=day,
        defaults={"starts_at": shown.starts_at, "travel_minutes": shown.travel_minutes},
    )
    return tour, list(shown.legs)


def _place(legs: list[Leg], key: str) -> int:
    place = next((number for number, leg in enumerate(legs) if leg.key == key), None)
    if place is None:
        raise NoSuchStop
    return place


def _write_order(tour: Round, legs: list[Leg]) -> None:
    for position, leg in enumerate(legs):
        if leg.visit is not None:
            RoundStop.objects.update_or_create(
                appointment=leg.visit, defaults={"round": tour, "position": position}
            )
        elif leg.stop is not None and leg.stop.position != position:
            RoundStop.objects.filter(pk=leg.stop.pk).update(position=position)
