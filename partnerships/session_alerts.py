"""What stands in the way of a coming session, in words. Pure: reads, in a fixed number of queries for any number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from appointments.calendar import public_holidays
from appointments.models import Absence, Closure, ResourceClosure
from partnerships.actions.ask_confirmations import ESCALATED_BEFORE
from partnerships.models import Agreement, ConsultationSession, SessionState
from partnerships.seats import SeatPlan
from practitioners.models import Equipment

# Whose time is taken.
HOUSE, PERSON, ROOM, DEVICE = "house", "person", "room", "device"

type Times = list[tuple[datetime, datetime, str]]


@dataclass(frozen=True)
class Alert:
    """`is_grave`: the session cannot be held as it stands."""

    kind: str
    sentence: str
    is_grave: bool = True


def alerts_of(
    fills: Sequence[SeatPlan], agreements: Iterable[Agreement], now: datetime
) -> dict[int, list[Alert]]:
    """By session, the gravest first. `agreements`: those of its partners, with professions and suspensions read.

    Sessions come with programme, category, place and centre. Two queries at most.
    """
    if not fills:
        return {}
    around = _Around([fill.session for fill in fills], list(agreements))
    found = {fill.session.pk: list(_of(fill, around, now)) for fill in fills}
    return {pk: sorted(alerts, key=lambda one: not one.is_grave) for pk, alerts in found.items()}


def _of(fill: SeatPlan, around: _Around, now: datetime) -> Iterable[Alert]:
    session = fill.session
    if holiday := around.holiday(session):
        yield Alert("holiday", _("Jour férié : %(day)s") % {"day": holiday})
    if label := around.closed(session):
        yield Alert("closure", _("La maison est fermée : %(why)s") % {"why": label})
    if around.is_away(session):
        yield Alert(
            "absence", _("%(who)s est absent ce jour-là") % {"who": session.practitioner.display_name}
        )
    if label := around.room_shut(session):
        yield Alert("room_shut", _("Salle indisponible : %(why)s") % {"why": label})
    if name := around.equipment_shut(session):
        yield Alert("equipment", _("Équipement indisponible : %(name)s") % {"name": name})
    if not around.is_agreed(session):
        yield Alert("agreement", _("Aucune convention en vigueur ce jour-là"))
    if fill.taken > fill.capacity:
        yield Alert(
            "too_many",
            _("%(number)s de trop pour les places prévues") % {"number": fill.taken - fill.capacity},
        )
    if session.room_id is None:
        yield Alert("room", _("Pas encore de salle"), is_grave=False)
    if session.state == SessionState.PLANNED and session.start_at - now <= ESCALATED_BEFORE:
        yield Alert("unconfirmed", _("Sans réponse du partenaire : téléphonez"), is_grave=False)


class _Around:
    """Everything that lies over these sessions, read once."""

    def __init__(self, sessions: list[ConsultationSession], agreements: list[Agreement]) -> None:
        first = min(session.start_at for session in sessions)
        last = max(session.end_at for session in sessions)
        self._zones = {
            zone: public_holidays(zone, first.date(), last.date())
            for zone in {session.programme.place.centre.holiday_zone for session in sessions}
        }
        self._units = _units(sessions)
        self._shut: list[tuple[int, int | None, datetime, datetime, str]] = []
        self._times: dict[tuple[str, int | None], Times] = defaultdict(list)
        for what, of, where, since, until, label in _hindrances(sessions, self._units, first, last):
            if what == HOUSE:
                self._shut.append((of, where, since, until, label))
            else:
                self._times[what, of].append((since, until, label))
        self._agreements: dict[int, list[Agreement]] = defaultdict(list)
        for one in agreements:
            self._agreements[one.partner_id].append(one)

    def holiday(self, session: ConsultationSession) -> str:
        return self._zones[session.programme.place.centre.holiday_zone].get(session.local_day, "")

    def closed(self, session: ConsultationSession) -> str:
        place = session.programme.place
        times = [
            (start_at, end_at, label)
            for centre, where, start_at, end_at, label in self._shut
            if centre == place.centre_id and where in (None, place.pk)
        ]
        return _meeting(times, session) or ""

    def is_away(self, session: ConsultationSession) -> bool:
        return _meeting(self._times[PERSON, session.practitioner_id], session) is not None

    def room_shut(self, session: ConsultationSession) -> str:
        return _meeting(self._times[ROOM, session.room_id], session) or ""

    def equipment_shut(self, session: ConsultationSession) -> str:
        """The name of the kind where no device of it is to be had."""
        kind = session.programme.equipment_kind
        if kind is None:
            return ""
        units = self._units[kind.pk, session.programme.place_id]
        is_free = any(_meeting(self._times[DEVICE, pk], session) is None for pk in units)
        return "" if is_free else kind.name

    def is_agreed(self, session: ConsultationSession) -> bool:
        speciality = session.programme.category.profession_id
        for one in self._agreements[session.programme.partner_id]:
            named = {profession.pk for profession in one.professions.all()}
            if (not named or speciality in named) and one.allows(session.local_day):
                return True
        return False


def _units(sessions: list[ConsultationSession]) -> dict[tuple[int, int], list[int]]:
    """The devices in use, by kind and place."""
    kinds = {session.programme.equipment_kind_id for session in sessions}
    rows = Equipment.objects.filter(kind__in=kinds, is_active=True).order_by("pk")
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for pk, kind, place in rows.values_list("pk", "kind_id", "place_id"):
        found[kind, place].append(pk)
    return found


def _hindrances(
    sessions: list[ConsultationSession],
    units: dict[tuple[int, int], list[int]],
    first: datetime,
    last: datetime,
) -> Iterable[tuple[Any, ...]]:
    """What shuts the house, keeps somebody away or closes a room or a device between two moments; one query."""
    window = {"start_at__lt": last, "end_at__gt": first}
    people = {session.practitioner_id for session in sessions}
    rooms = {session.room_id for session in sessions if session.room_id}
    devices = [pk for keys in units.values() for pk in keys]
    nowhere = Value(None, output_field=BigIntegerField())
    things = ResourceClosure.objects.filter(Q(room__in=rooms) | Q(equipment__in=devices), **window)
    kind = Case(When(room__isnull=False, then=Value(ROOM)), default=Value(DEVICE))
    parts = [
        _part(Closure.objects.filter(**window), Value(HOUSE), F("centre_id"), F("place_id"), F("label")),
        _part(
            Absence.objects.filter(practitioner__in=people, **window),
            Value(PERSON),
            F("practitioner_id"),
            nowhere,
            Value(""),
        ),
        _part(things, kind, Coalesce("room_id", "equipment_id"), nowhere, F("label")),
    ]
    return parts[0].union(*parts[1:], all=True).order_by("since", "what", "of")


def _part(rows: QuerySet[Any], what: Any, of: Any, where: Any, said: Any) -> QuerySet[Any, Any]:
    named = {
        "what": what,
        "of": of,
        "where": where,
        "since": F("start_at"),
        "until": F("end_at"),
        "said": said,
    }
    found: QuerySet[Any, Any] = rows.order_by().annotate(**named).values_list(*named)
    return found


def _meeting(times: Times, session: ConsultationSession) -> str | None:
    """The label of the first that meets the session; None where none does."""
    met = (
        label for start_at, end_at, label in times if session.start_at < end_at and session.end_at > start_at
    )
    return next(met, None)
