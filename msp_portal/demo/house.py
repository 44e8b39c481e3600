"""The walls, the words and the professionals."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

from django.utils.text import slugify
from stdnum import luhn

from appointments.actions.take_usual_categories import take_usual_categories
from appointments.actions.take_usual_reminders import take_usual_reminders
from appointments.models import OpeningRule, ReasonCategory, VisitReason
from core import clock
from msp_portal.demo import names
from msp_portal.demo.reasons import REASONS
from msp_portal.demo.staff import STAFF
from msp_portal.demo.vocabulary import ANNEXE, MAIN, ROOMS
from msp_portal.demo.week import Hours, Professional
from practitioners.actions.take_usual_professions import take_usual_professions
from practitioners.models import Centre, Place, Practitioner, PractitionerPlace, Profession, Room

HISTORY = timedelta(days=371)
COLOURS = ("blue", "teal", "amber", "plum", "green", "brick", "slate")
COPIES_OF = (
    "medecin-generaliste",
    "infirmier",
    "masseur-kinesitherapeute",
    "medecin-generaliste",
    "sage-femme",
)


@dataclass
class Member:
    """One practitioner of the demo with what the filling of his agenda needs."""

    row: Practitioner
    person: Professional
    reasons: list[tuple[VisitReason, dict[str, Any]]] = field(default_factory=list)


@dataclass
class House:
    centre: Centre
    places: dict[str, Place]
    rooms: dict[str, Room]
    members: list[Member]

    def member(self, email: str) -> Member:
        return next(member for member in self.members if member.person.email == email)

    @property
    def attending_doctors(self) -> list[Practitioner]:
        return [
            member.row
            for member in self.members
            if member.row.profession.can_be_attending_doctor and member.person.role == "practitioner"
        ]


def build(rng: Random, size: int) -> House:
    centre, places, rooms = _walls()
    take_usual_professions(None)
    take_usual_categories(None)
    professions = {row.slug: row for row in Profession.objects.all()}
    categories = {row.slug: row for row in ReasonCategory.objects.all()}
    house = House(centre, places, rooms, [])
    for number, person in enumerate(_people(rng, size)):
        row = _practitioner(centre, professions, person, number)
        member = Member(row, person)
        member.reasons = _reasons(row, categories)
        house.members.append(member)
        _rules(house, member)
    take_usual_reminders(centre, None)
    return house


def _walls() -> tuple[Centre, dict[str, Place], dict[str, Room]]:
    centre = Centre.objects.create(
        name="Maison de santé de l’Alloeu",
        slug="alloeu",
        tagline="Vingt professionnels de santé à Laventie, au même endroit et qui se parlent.",
        finess="629999012",
        address="3 rue des Tisserands",
        postal_code="62840",
        city="Laventie",
        phone="+33353010010",
        email="secretariat@demo.example",
        opening_hours_text="Du lundi au vendredi de 8 h à 20 h, le samedi de 8 h à 12 h",
        access_notes="Parking gratuit devant l’entrée, deux places réservées. Arrêt de bus « Tisserands » à "
        "50 mètres. Portes automatiques, ascenseur, boucle magnétique à l’accueil.",
    )
    places = {
        MAIN: Place.objects.create(
            centre=centre,
            name=MAIN,
            address=centre.address,
            postal_code=centre.postal_code,
            city=centre.city,
            access_notes=centre.access_notes,
        ),
        ANNEXE: Place.objects.create(
            centre=centre,
            name=ANNEXE,
            address="8 quai de la Lys",
            postal_code="59253",
            city="La Gorgue",
            step_free=False,
            access_notes="Deux marches à l’entrée : sonnez, nous venons vous aider. Parking de la mairie à 100 mètres.",
        ),
    }
    rows = [Room(place=places[place], name=name, floor_note=where) for place, name, where in ROOMS]
    return centre, places, {room.name: room for room in Room.objects.bulk_create(rows)}


def _people(rng: Random, size: int) -> list[Professional]:
    """The first `size` of the house; a bigger one has more of the same, under names drawn by chance."""
    people = list(STAFF[:size])
    while len(people) < size:
        number = len(people)
        profession = COPIES_OF[number % len(COPIES_OF)]
        model = next(
            person
            for person in STAFF
            if person.profession == profession and person.role == "practitioner" and person.takes_new
        )
        first, last = rng.choice(names.FEMALE + names.MALE), rng.choice(names.LAST)
        # Rooms are not multiplied: they receive wherever they are.
        hours = tuple(replace(item, room=None) for item in model.hours)
        people.append(replace(model, first_name=first, last_name=last, email="", hours=hours))
    return people


def _practitioner(
    centre: Centre, professions: dict[str, Profession], person: Professional, number: int
) -> Practitioner:
    key = f"9971{number:06d}"
    slug = slugify(plain(f"{person.first_name} {person.last_name}"))
    return Practitioner.objects.create(
        centre=centre,
        kind=person.kind,
        profession=professions[person.profession],
        speciality=person.speciality,
        title=person.title,
        first_name=person.first_name,
        last_name=person.last_name,
        slug=slug if number < len(STAFF) else f"{slug}-{number}",
        rpps=key + luhn.calc_check_digit(key),
        phone=f"+3335301{number % 9000 + 1000:04d}",
        presentation=person.presentation,
        languages=list(person.languages),
        fees_sector=person.sector,
        fees_notes=person.fees,
        accepts_new_patients=person.takes_new,
        is_listed=person.listed,
    )


def _reasons(
    row: Practitioner, categories: dict[str, ReasonCategory]
) -> list[tuple[VisitReason, dict[str, Any]]]:
    specs = REASONS[row.profession.slug]
    rows = []
    for position, spec in enumerate(specs):
        fields = {key: value for key, value in spec.items() if key not in ("category", "weight", "kind")}
        rows.append(
            VisitReason(
                practitioner=row,
                category=categories[spec["category"]],
                position=position,
                colour=COLOURS[position % len(COLOURS)],
                **fields,
            )
        )
    return list(zip(VisitReason.objects.bulk_create(rows), specs, strict=True))


def _rules(house: House, member: Member) -> None:
    """Patterns that have run for more than a year; rotating ones begin `shift` weeks after that."""
    since = clock.today() - HISTORY
    monday = since - timedelta(days=since.weekday())
    places = set()
    for hours in member.person.hours:
        room = house.rooms[hours.room] if hours.room else None
        place = room.place if room else house.places[MAIN]
        places.add(place)
        rule = _rule(member.row, place, room, hours)
        rule.valid_from = monday + timedelta(weeks=hours.shift)
        rule.save(force_insert=True)
        if len({spec["kind"] for _reason, spec in member.reasons}) > 1:
            # Named one by one, so that a home visit is never offered in the hours of the consulting room.
            rule.reasons.set([reason for reason, spec in member.reasons if spec["kind"] == hours.kind])
    for place in places or {house.places[MAIN]}:
        PractitionerPlace.objects.create(practitioner=member.row, place=place)


def _rule(row: Practitioner, place: Place, room: Room | None, hours: Hours) -> OpeningRule:
    start, end = hours.span
    return OpeningRule(
        practitioner=row,
        place=place,
        room=room,
        weekdays=hours.weekdays,
        start_time=start,
        end_time=end,
        every_n_weeks=hours.every,
        audience=hours.audience,
        on_holidays=hours.on_holidays,
    )


def plain(text: str) -> str:
    """Without accents, for addresses."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
