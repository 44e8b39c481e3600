"""The world around the agendas: a family calendar, one that has fallen silent, a telephone; and a nurse on the road."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from accounts.models import User
from appointments.actions.arrange_round import add_stop
from appointments.actions.connect_calendar import connect_calendar
from appointments.models import (
    ACTIVE_STATES,
    Appointment,
    CalendarFeed,
    ExternalBusy,
    ExternalCalendar,
    FeedDetail,
    HomeAccess,
    PlaceKind,
    RoundStop,
)
from appointments.models.calendar_feed import digest_of
from appointments.models.external_calendar import Trouble
from core import clock
from msp_portal.demo.house import House
from patients.models import Patient
from practitioners.models import Practitioner

ACCESS = (
    "Code 24B7, 1er étage à gauche",
    "Clé chez la voisine, au numéro 5",
    "Sonner deux fois, le chien est gentil",
    "Entrer par le jardin, la porte est ouverte le matin",
)
# Minutes, not before, not after.
PASSAGES = ((15, None, None), (20, time(11), None), (15, None, time(12, 30)))


def connect(rng: Random, house: House, accounts: dict[str, User]) -> None:
    doctor, nurse = (house.member(f"{name}@demo.example").row for name in ("medecin", "infirmiere"))
    connect_calendar(
        ExternalCalendar(practitioner=doctor, name="Famille", keeps_titles=True),
        _family(),
        actor=accounts["medecin@demo.example"],
    )
    CalendarFeed.objects.create(
        practitioner=doctor,
        label="Mon téléphone",
        detail=FeedDetail.REASON,
        digest=digest_of(f"nobody knows it {rng.random()}"),
        created_at=clock.now() - timedelta(days=40),
        fetched_at=clock.now() - timedelta(minutes=25),
        fetched_by="iOS/26.1 dataaccessd/1.0",
        created_by=accounts["medecin@demo.example"],
    )
    _silent(nurse, accounts["infirmiere@demo.example"])


def _family() -> bytes:
    """Swimming on Tuesdays, a birthday that blocks nothing, an evening at school."""
    today = clock.today()
    tuesday = today + timedelta(days=(1 - today.weekday()) % 7)
    thursday = today + timedelta(days=(3 - today.weekday()) % 7 + 7)

    def at(day: date, hour: int, minute: int = 0) -> str:
        return datetime.combine(day, time(hour, minute)).strftime("%Y%m%dT%H%M00")

    events = (
        ("piscine", "Piscine", at(tuesday, 12, 15), at(tuesday, 13, 30), "RRULE:FREQ=WEEKLY"),
        ("ecole", "Réunion à l’école", at(thursday, 17, 30), at(thursday, 19, 30), "TRANSP:OPAQUE"),
        (
            "fete",
            "Anniversaire de Lou",
            at(thursday, 0),
            at(thursday + timedelta(days=1), 0),
            "TRANSP:TRANSPARENT",
        ),
    )
    body = "".join(
        f"BEGIN:VEVENT\r\nUID:{uid}@famille.example\r\nSUMMARY:{title}\r\n"
        f"DTSTART;TZID=Europe/Paris:{start}\r\nDTEND;TZID=Europe/Paris:{end}\r\n{more}\r\nEND:VEVENT\r\n"
        for uid, title, start, end, more in events
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:demo\r\n{body}END:VCALENDAR\r\n".encode()


def _silent(nurse: Practitioner, user: User) -> None:
    """What was known of it still counts."""
    now = clock.now()
    calendar = ExternalCalendar.objects.create(
        practitioner=nurse,
        name="Association",
        address="https://nuage.demo.example/association/agenda.ics",
        read_at=now - timedelta(days=2, minutes=15),
        tried_at=now - timedelta(hours=1),
        failing_since=now - timedelta(days=2),
        trouble=Trouble.GONE,
        failures=12,
        unfolded_on=clock.today(),
        next_read_at=now + timedelta(hours=5),
        created_by=user,
    )
    day = clock.today() + timedelta(days=2)
    ExternalBusy.objects.create(
        calendar=calendar,
        practitioner=nurse,
        start_at=clock.at(day, time(14)),
        end_at=clock.at(day, time(16)),
        uid="assemblee@association.example",
    )


def drive(house: House, accounts: dict[str, User]) -> None:
    """The nurse's rounds of today and of the next day on which she goes to people's homes."""
    nurse, user = house.member("infirmiere@demo.example").row, accounts["infirmiere@demo.example"]
    today = clock.today()
    coming = Appointment.objects.filter(
        practitioner=nurse,
        place_kind=PlaceKind.HOME,
        status__in=ACTIVE_STATES,
        start_at__gte=clock.day_bounds(today + timedelta(days=1))[0],
    ).order_by("start_at", "pk")
    first = coming.first()
    days = [today] + ([clock.local(first.start_at).date()] if first else [])
    followed = list(
        Patient.objects.filter(
            appointments__practitioner=nurse, appointments__place_kind=PlaceKind.HOME, deceased_on=None
        )
        .distinct()
        .order_by("pk")[: len(PASSAGES) * len(days)]
    )
    for day in days:
        for minutes, not_before, not_after in PASSAGES:
            if followed:
                stop = RoundStop(
                    patient=followed.pop(0), minutes=minutes, not_before=not_before, not_after=not_after
                )
                add_stop(nurse, day, stop, actor=user)
    _notes(nurse, days, user)


def _notes(nurse: Practitioner, days: list[date], user: User) -> None:
    start, end = clock.day_bounds(days[0])[0], clock.day_bounds(days[-1])[1]
    visits = Appointment.objects.filter(
        practitioner=nurse, place_kind=PlaceKind.HOME, start_at__gte=start, start_at__lt=end
    )
    stops = RoundStop.objects.filter(round__practitioner=nurse).exclude(patient=None)
    keys = sorted({*visits.values_list("patient", flat=True), *stops.values_list("patient", flat=True)})
    HomeAccess.objects.bulk_create(
        HomeAccess(patient_id=key, note=note, written_by=user)
        for key, note in zip(keys[::2], ACCESS * len(keys), strict=False)
    )
