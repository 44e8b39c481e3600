"""The establishments of the house's story, as they are told: who comes, when, under which contract."""

from __future__ import annotations

from typing import NamedTuple

from partnerships.models import PartnerKind


class Seats(NamedTuple):
    """How a programme shares the seats of a session; `kept` and `most`: for a profession that refers."""

    number: int = 5
    reserve: int = 0
    profession: str = ""
    kept: int = 0
    most: int | None = None
    overbooking: int = 0


class Told(NamedTuple):
    name: str
    kind: PartnerKind
    finess: str
    city: str
    postal_code: str
    phone: str
    domain: str
    service: str
    contact: str
    profession: str
    object: str
    funding: str
    half_days: float
    seats: int
    ends_in_months: int
    # Whose sessions are planned here: the rhythm, from and to which hour, how many seats.
    category: str = ""
    weekday: int = 0
    every_n_weeks: int = 1
    hours: tuple[str, str] = ("09:00", "12:30")
    room: str = "Cabinet sage-femme"
    conditions: str = ""
    seats_kept: Seats = Seats()


PARTNERS = (
    Told(
        "EPSM de Saint-Venant",
        PartnerKind.EPSM,
        "629999103",
        "Saint-Venant",
        "62350",
        "+33353010101",
        "epsm.example",
        "CMP de Merville",
        "Nadine Obin",
        "psychiatre",
        "Consultations avancées de psychiatrie",
        "Temps médical à la charge de l’EPSM, bureau prêté par la maison.",
        3,
        20,
        15,
        "consultation-de-psychiatrie",
        0,
        2,
        ("13:30", "17:30"),
        "Cabinet 6",
        "Adultes. En cas d’urgence vitale : le 15, jamais une demande.",
        Seats(6, reserve=1, profession="medecin-generaliste", most=4, overbooking=20),
    ),
    Told(
        "Centre hospitalier d’Armentières",
        PartnerKind.HOSPITAL,
        "599999109",
        "Armentières",
        "59280",
        "+33353010102",
        "ch-armentieres.example",
        "Gynécologie",
        "Bruno Salembier",
        "gynecologue",
        "Consultations avancées de chirurgie gynécologique",
        "Temps médical à la charge de l’hôpital.",
        1,
        8,
        14,
        "chirurgie-gynecologique",
        3,
        4,
        ("09:00", "12:30"),
        "Cabinet sage-femme",
        "Avis avant une opération. Joindre la dernière échographie.",
        Seats(4, reserve=1, profession="sage-femme", kept=1),
    ),
    Told(
        "CSAPA le Sémaphore (Hazebrouck)",
        PartnerKind.CSAPA,
        "599999208",
        "Hazebrouck",
        "59190",
        "+33353010103",
        "semaphore.example",
        "Consultation tabac",
        "Lucie Delannoy",
        "tabacologue",
        "Sevrage tabagique",
        "Financement régional, gratuit pour les patients.",
        2,
        16,
        2,
        "arret-du-tabac",
        2,
        2,
        ("14:00", "17:30"),
        "Cabinet sage-femme",
        "Toute personne qui fume et veut en parler. Anonyme si elle le souhaite.",
        Seats(5, profession="infirmier", kept=1, overbooking=20),
    ),
)
