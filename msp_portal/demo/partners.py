"""The three establishments of the house's story, with a contract each: one sound, one to renew, one fresh."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from accounts.models import User
from core import clock
from msp_portal.demo.house import House
from partnerships.actions.alert_renewals import alert_renewals
from partnerships.actions.save_agreement import renew_agreement, save_agreement
from partnerships.actions.save_partner import add_professional, save_contact, save_partner
from partnerships.models import Agreement, Partner, PartnerContact, PartnerKind
from practitioners.models import Practitioner, Profession


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
        2,
        14,
        15,
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
        2,
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
        22,
    ),
)


def work_with_partners(house: House, accounts: dict[str, User]) -> None:
    coordinator = accounts["coordination@demo.example"]
    for told in PARTNERS:
        _sign(_partner(house, told, coordinator), told, coordinator)
    alert_renewals()


def _partner(house: House, told: Told, coordinator: User) -> Partner:
    partner = save_partner(
        Partner(
            centre=house.centre,
            name=told.name,
            kind=told.kind,
            finess=told.finess,
            city=told.city,
            postal_code=told.postal_code,
            phone=told.phone,
            email=f"accueil@{told.domain}",
            secure_address=f"contact@{told.domain.removesuffix('.example')}.mssante.example",
        ),
        actor=coordinator,
    )
    save_contact(
        PartnerContact(
            partner=partner,
            name=told.contact,
            role="secrétariat du service",
            service=told.service,
            phone=told.phone,
            email=f"secretariat@{told.domain}",
            confirms_sessions=True,
            receives_digest=True,
        ),
        actor=coordinator,
    )
    for who in Practitioner.objects.filter(profession__slug=told.profession):
        add_professional(partner, who, since=_years_ago(1), actor=coordinator)
    return partner


def _sign(partner: Partner, told: Told, coordinator: User) -> None:
    """Everybody has had a first contract; that of psychiatry is the second version, since 2017 was long ago."""
    ends_on = clock.today() + relativedelta(months=told.ends_in_months)
    starts_on = ends_on - relativedelta(years=2) + timedelta(days=1)
    terms = Agreement(
        partner=partner,
        title=told.object,
        starts_on=starts_on,
        ends_on=ends_on,
        signed_on=starts_on - timedelta(days=20),
        half_days_per_month=told.half_days,
        seats_per_month=told.seats,
        funding=told.funding,
    )
    professions = Profession.objects.filter(slug=told.profession)
    if told.kind != PartnerKind.EPSM:
        save_agreement(terms, professions, actor=coordinator)
        return
    first = Agreement(
        partner=partner,
        title=told.object,
        starts_on=date(2017, 10, 1),
        ends_on=starts_on - timedelta(days=1),
        signed_on=date(2017, 9, 20),
        half_days_per_month=1,
        funding=told.funding,
    )
    renew_agreement(
        save_agreement(first, professions, actor=coordinator), terms, professions, actor=coordinator
    )


def _years_ago(years: int) -> date:
    return clock.today() - relativedelta(years=years)
