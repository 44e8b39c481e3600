"""The three establishments of the house's story, with sessions and a contract: sound, to renew, fresh."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from accounts.models import User
from appointments.actions.book import PatientBusy
from appointments.actions.book_at_desk import book_at_desk
from appointments.models import Appointment, Opening, OpeningRule, ReasonCategory, VisitReason
from appointments.seating import NoSeat
from core import clock
from msp_portal.demo.house import House
from msp_portal.demo.papers import paper
from msp_portal.demo.partner_cast import PARTNERS, Seats, Told
from partnerships.actions.alert_renewals import alert_renewals
from partnerships.actions.change_session import confirm_session
from partnerships.actions.keep_signed_document import keep_signed_document
from partnerships.actions.plan_sessions import add_pattern
from partnerships.actions.save_agreement import renew_agreement, save_agreement
from partnerships.actions.save_partner import add_professional, save_contact, save_partner
from partnerships.actions.save_programme import save_programme
from partnerships.actions.set_seats import set_programme_seats
from partnerships.models import (
    AdvancedConsultation,
    Agreement,
    ConsultationSession,
    Partner,
    PartnerContact,
    PartnerKind,
    ReasonKind,
    SeatQuota,
    SeatRule,
    SessionPattern,
)
from patients.models import Patient
from patients.models.patient import Sex
from practitioners.models import Practitioner, Profession


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
        _file(save_agreement(terms, professions, actor=coordinator), told, coordinator)
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
    renewed = renew_agreement(
        save_agreement(first, professions, actor=coordinator), terms, professions, actor=coordinator
    )
    _file(renewed, told, coordinator)


def _file(agreement: Agreement, told: Told, coordinator: User) -> None:
    """The signed paper; that of the CSAPA is still on somebody's desk."""
    if told.kind != PartnerKind.CSAPA:
        words = (f"Entre la maison de santé et : {told.name}.", told.funding)
        keep_signed_document(agreement, paper(told.object, words, agreement.signed_on), actor=coordinator)


def _receive(house: House, partner: Partner, told: Told, coordinator: User) -> None:
    """A year of sessions; the two nearest are confirmed, as happens when one telephones."""
    room = house.rooms[told.room]
    who = Practitioner.objects.get(partner_links__partner=partner)
    before = OpeningRule.objects.filter(practitioner=who).first()
    if before is not None:
        _end_openings(before)
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
        practitioner=who,
        weekday=told.weekday,
        start_time=time.fromisoformat(told.hours[0]),
        end_time=time.fromisoformat(told.hours[1]),
        every_n_weeks=told.every_n_weeks,
        valid_from=before.valid_from if before else clock.today() - timedelta(weeks=2),
        room=room,
        seats=told.seats_kept.number,
    )
    sessions = add_pattern(pattern, actor=coordinator)
    for session in sessions[:2]:
        confirm_session(session, by=told.contact)
    _share(programme, told.seats_kept, coordinator)
    if before is not None:
        _take_over(sessions)
    else:
        _expect(sessions, coordinator, women=told.kind == PartnerKind.HOSPITAL)


def _end_openings(rule: OpeningRule) -> None:
    """She has come for a year already; from today on her Mondays are sessions of the programme."""
    rule.valid_until = clock.today() - timedelta(days=1)
    rule.save(update_fields=["valid_until"])
    Opening.objects.filter(rule=rule, start_at__gte=clock.day_bounds(clock.today())[0]).delete()


def _take_over(sessions: list[ConsultationSession]) -> None:
    """Whoever was expected in her openings is expected in the sessions."""
    who, first = sessions[0].practitioner, _first_visit(sessions[0])
    kept = VisitReason.objects.filter(openings__consultation_session=sessions[0]).values("pk")
    who.reasons.exclude(pk__in=kept).update(is_active=False)
    for session in sessions:
        expected = Appointment.objects.filter(practitioner=who, start_at__gte=session.start_at)
        expected.filter(start_at__lt=session.end_at).update(opening=session.opening, reason=first)


def _expect(sessions: list[ConsultationSession], coordinator: User, *, women: bool) -> None:
    """The nearest session is nearly full, the next one has begun to fill."""
    adults = Patient.objects.standing().filter(birth_date__lt=_years_ago(18)).order_by("pk")
    people = iter(adults.filter(sex=Sex.FEMALE)[40:80] if women else adults[40:80])
    for session, expected in zip(sessions, (3, 2), strict=False):
        reason = _first_visit(session)
        for number in range(expected):
            _book(reason, session, session.start_at + number * reason.duration, people, coordinator)


def _book(
    reason: VisitReason,
    session: ConsultationSession,
    start_at: datetime,
    people: Iterator[Patient],
    coordinator: User,
) -> None:
    """The next of them who is free then; nobody where what is left is kept for others."""
    for patient in people:
        place = session.programme.place
        try:
            book_at_desk(reason, start_at, patient, actor=coordinator, place=place, room=session.room)
        except PatientBusy:
            continue
        except NoSeat:
            return
        return


def _first_visit(session: ConsultationSession) -> VisitReason:
    kind = session.programme.reasons.get(kind=ReasonKind.FIRST)
    return kind.visit_reasons.get(practitioner=session.practitioner)


def _share(programme: AdvancedConsultation, seats: Seats, coordinator: User) -> None:
    quotas = [
        SeatQuota(profession=one, kept=seats.kept, most_per_session=seats.most)
        for one in Profession.objects.filter(slug=seats.profession)
    ]
    rule = SeatRule(programme=programme, urgent_reserve=seats.reserve, overbooking_percent=seats.overbooking)
    set_programme_seats(rule, quotas, since=clock.today(), actor=coordinator)


def _years_ago(years: int) -> date:
    return clock.today() - relativedelta(years=years)
