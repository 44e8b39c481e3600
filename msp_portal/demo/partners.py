"""The three establishments of the house's story, with a contract each: one sound, one to renew, one fresh."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from accounts.models import User
from appointments.models import ReasonCategory
from core import clock
from msp_portal.demo.house import House
from partnerships.actions.alert_renewals import alert_renewals
from partnerships.actions.change_session import confirm_session
from partnerships.actions.plan_sessions import add_pattern
from partnerships.actions.save_agreement import renew_agreement, save_agreement
from partnerships.actions.save_partner import add_professional, save_contact, save_partner
from partnerships.actions.save_programme import save_programme
from partnerships.models import (
    AdvancedConsultation,
    Agreement,
    Partner,
    PartnerContact,
    PartnerKind,
    ReasonKind,
    SessionPattern,
)
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
    # Whose sessions are planned here: the rhythm, from and to which hour, how many seats.
    category: str = ""
    weekday: int = 0
    every_n_weeks: int = 1
    hours: tuple[int, int] = (9, 12)
    conditions: str = ""


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
        14,
        "chirurgie-gynecologique",
        3,
        4,
        (9, 12),
        "Avis avant une opération. Joindre la dernière échographie.",
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
        (14, 17),
        "Toute personne qui fume et veut en parler. Anonyme si elle le souhaite.",
    ),
)


def work_with_partners(house: House, accounts: dict[str, User]) -> None:
    coordinator = accounts["coordination@demo.example"]
    for told in PARTNERS:
        partner = _partner(house, told, coordinator)
        _sign(partner, told, coordinator)
        if told.category and partner.professionals.exists():
            _receive(house, partner, told, coordinator)
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


def _receive(house: House, partner: Partner, told: Told, coordinator: User) -> None:
    """A year of sessions; the two nearest are confirmed, as happens when one telephones."""
    room = house.rooms["Cabinet sage-femme"]
    is_csapa = told.kind == PartnerKind.CSAPA
    programme = save_programme(
        AdvancedConsultation(
            partner=partner,
            name=told.object.removeprefix("Consultations avancées de ").capitalize(),
            category=ReasonCategory.objects.get(slug=told.category),
            entry_conditions=told.conditions,
            place=room.place,
            room=room,
            triage_by=coordinator,
            takes_self_referrals=is_csapa,
            allows_pseudonym=is_csapa,
            takes_outside_referrals=not is_csapa,
        ),
        (),
        {ReasonKind.FIRST: 45, ReasonKind.FOLLOW_UP: 30},
        actor=coordinator,
    )
    pattern = SessionPattern(
        programme=programme,
        practitioner=Practitioner.objects.get(partner_links__partner=partner),
        weekday=told.weekday,
        start_time=time(told.hours[0]),
        end_time=time(told.hours[1], 30),
        every_n_weeks=told.every_n_weeks,
        valid_from=clock.today() - timedelta(weeks=2),
        room=room,
        seats=5,
    )
    for session in add_pattern(pattern, actor=coordinator)[:2]:
        confirm_session(session, by=told.contact)


def _years_ago(years: int) -> date:
    return clock.today() - relativedelta(years=years)
