"""Notes both ways between the doctor and the physiotherapist of the old man with balance trouble, with his measures."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.apps import apps

from coordination.models import Measure, MeasureComponent, Note, NoteAddressee, NoteReading, NoteVersion
from coordination.usual_measures import enter
from core import clock
from msp_portal.demo.cast import Family
from msp_portal.demo.elder import Elder, elder
from patients.models import Patient
from practitioners.models import Practitioner


class Told(NamedTuple):
    """Days ago, who writes, to whom by name, of what kind, what, and the measures by code."""

    days: int
    author: str
    to: tuple[str, ...]
    kind: str
    text: str
    measures: dict[str, Any]
    answers: int | None = None
    is_read: bool = True


STORY = (
    Told(
        *(41, "doctor", ("physiotherapist",), "observation"),
        "Deux chutes en six mois, sans traumatisme. Marche prudente, se tient aux meubles. Pas d’hypotension debout."
        " Peur de tomber. Merci pour la rééducation de l’équilibre, 10 séances.",
        {
            "tug": 19.2,
            "tinetti": 16,
            "systolique": 138,
            "diastolique": 78,
            "poids": 68.5,
            "taille": 171,
            "douleur": 2,
        },
    ),
    Told(
        *(38, "physiotherapist", ("doctor",), "observation"),
        "Premier bilan. Appui unipodal très court à gauche, demi-tour en quatre temps. Motivé. Je commence par le"
        " relevé du sol et les transferts.",
        {"tug": 18.4, "tinetti": 17, "appui-unipodal": 3},
        0,
    ),
    Told(
        *(38, "physiotherapist", (), "instruction"),
        "Tapis du couloir à retirer, chaussures fermées, une lumière la nuit. Marcher dix minutes matin et soir.",
        {},
    ),
    Told(
        *(27, "nurse", (), "measurement"),
        "",
        {"systolique": 142, "diastolique": 80, "poids": 68.1, "pouls": 72},
    ),
    Told(
        *(24, "physiotherapist", ("doctor",), "observation"),
        "Cinquième séance. Se relève seul du sol. Moins peur en marchant dehors.",
        {"tug": 15.8, "tinetti": 20, "appui-unipodal": 5},
    ),
    Told(
        *(20, "doctor", ("physiotherapist",), "instruction"),
        "Bien. On arrête le somnifère progressivement : un jour sur deux pendant deux semaines. Signalez-moi tout"
        " vertige.",
        {"systolique": 134, "diastolique": 76, "poids": 68.4},
        4,
    ),
    Told(
        *(6, "physiotherapist", ("doctor",), "observation"),
        "Huitième séance. Pas de vertige depuis la baisse du somnifère. Monte un étage en alternant les pieds.",
        {"tug": 13.1, "tinetti": 23, "appui-unipodal": 8, "douleur": 1},
        5,
    ),
    Told(
        *(1, "physiotherapist", ("doctor",), "observation"),
        "Je propose de finir les deux séances puis un groupe d’équilibre. Le revoyez-vous avant ?",
        {"tug": 12.6},
        None,
        False,
    ),
    Told(
        *(0, "doctor", ("physiotherapist",), "instruction"),
        "D’accord pour le groupe. Je le revois en consultation le mois prochain, avec un nouveau TUG.",
        {},
        6,
        False,
    ),
)
MOTHER = (
    (60, {"systolique": 128, "diastolique": 82, "poids": 64.0, "taille": 165}),
    (9, {"systolique": 124, "diastolique": 79, "poids": 63.2}),
)


def write(family: Family) -> None:
    enter(apps.get_model)
    told = elder()
    components = {one.code: one for one in MeasureComponent.objects.all()}
    team = [told.doctor, told.physiotherapist, told.nurse]
    written: list[Note] = []
    for line in STORY:
        named = [getattr(told, name) for name in line.to]
        note = _note(told.patient, getattr(told, line.author), line)
        note.in_reply_to = written[line.answers] if line.answers is not None else None
        _save(note, line.text, line.measures, components)
        _address(note, named, team, line, told)
        written.append(note)
    _correct(written[4], components)
    for days, measures in MOTHER:
        line = Told(days, "nurse", (), "measurement", "", measures)
        note = _note(family.mother, told.nurse, line)
        _save(note, "", measures, components)
        _address(note, [], team, line, told)


def _moment(days: int) -> datetime:
    day = clock.today() - timedelta(days=days)
    at = clock.at(day, time(9 + days % 7, (days * 13) % 60))
    return min(at, clock.now() - timedelta(minutes=40))


def _note(patient: Patient, author: Practitioner, line: Told) -> Note:
    return Note(
        patient=patient, author=author, kind=line.kind, for_team=not line.to, written_at=_moment(line.days)
    )


def _save(note: Note, text: str, measures: dict[str, Any], components: dict[str, MeasureComponent]) -> None:
    note.save(force_insert=True)
    _version(note, text, measures, components, 1, note.written_at)


def _version(
    note: Note,
    text: str,
    measures: dict[str, Any],
    components: dict[str, MeasureComponent],
    number: int,
    at: datetime,
    because: str = "",
) -> None:
    version = NoteVersion.objects.create(
        note=note, number=number, text=text, observed_at=note.written_at, written_at=at, because=because
    )
    Measure.objects.bulk_create(
        Measure(version=version, component=components[code], value=Decimal(str(value)))
        for code, value in measures.items()
    )


def _address(
    note: Note, named: list[Practitioner], team: list[Practitioner], line: Told, told: Elder
) -> None:
    readers = [one for one in (named or team) if one.pk != note.author_id]
    NoteAddressee.objects.bulk_create(
        NoteAddressee(note=note, practitioner=one, is_named=bool(named)) for one in readers
    )
    version = note.versions.get(number=1)
    NoteReading.objects.bulk_create(
        NoteReading(
            version=version, practitioner=one, at=min(note.written_at + timedelta(hours=5), clock.now())
        )
        for one in readers
        # The nurse has not opened the portal since last week.
        if line.is_read and (one != told.nurse or line.days > 25)
    )


def _correct(note: Note, components: dict[str, MeasureComponent]) -> None:
    """A slip of the keyboard, put right the same evening; the doctor has read both."""
    note.current_number = 2
    note.save(update_fields=["current_number"])
    at = note.written_at + timedelta(hours=3)
    first = note.versions.get(number=1)
    measures = {"tug": 15.2, "tinetti": 20, "appui-unipodal": 5}
    _version(note, first.text, measures, components, 2, at, "TUG : 15,2 s et non 15,8 s")
    version = note.versions.get(number=2)
    for row in note.addressees.all():
        NoteReading.objects.create(version=version, practitioner_id=row.practitioner_id, at=at)
