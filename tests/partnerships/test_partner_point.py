"""The weekly point with partners, and what the team's e-mail counts of this room: once each, and nothing of anybody."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
import time_machine
from django.core import mail

from accounts.models import Role
from coordination.actions.send_digests import send_digests
from coordination.digest import item_kinds, waiting_for
from core import clock
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage
from partnerships.actions.plan_sessions import add_session
from partnerships.actions.send_points import send_points
from partnerships.actions.write_minutes import Words, write_minutes
from partnerships.models import (
    ConsultationSession,
    PartnerDigest,
    RequestEvent,
    RequestState,
)
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.partnerships import (
    AdvancedConsultationFactory,
    AgreementFactory,
    PartnerContactFactory,
    PartnerFactory,
)
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 11, 23)
ILLNESS = ("psychiatr", "tabac", "dépress", "epsm", "addict", "sevrage", "adulte", "lefebvre", "jeanne")


@pytest.fixture
def session(sunday, coordinator):
    user = UserFactory(email="fournier@epsm.example")
    RoleAssignmentFactory(user=user, role=Role.PARTNER)
    programme = AdvancedConsultationFactory(partner__name="EPSM de Saint-Venant")
    AgreementFactory(partner=programme.partner)
    start = clock.at(MONDAY + timedelta(days=10), time(14))
    session = ConsultationSession(
        programme=programme,
        practitioner=PractitionerFactory(user=user, kind="visiting", last_name="Fournier"),
        start_at=start,
        end_at=start + timedelta(hours=3),
        seats=4,
    )
    add_session(session, actor=coordinator)
    AppointmentFactory(
        practitioner=session.practitioner,
        opening=session.opening,
        start_at=start,
        patient=PatientFactory(birth_name="Lefebvre", birth_first_names="Jeanne"),
    )
    return session


def on(days: int, hour: int, minute: int = 0):
    return clock.at(MONDAY + timedelta(days=days), time(hour, minute))


def test_each_contact_is_told_once_a_week_whatever_happens(session):
    """Asked every hour for four weeks, with a Monday and a Tuesday of outage in the third."""
    contact = PartnerContactFactory(partner=session.programme.partner, receives_digest=True)
    PartnerContactFactory(partner=session.programme.partner, name="Comptabilité")
    PartnerContactFactory(
        partner=PartnerFactory(name="Parti", ended_on=date(2026, 1, 1)), receives_digest=True
    )
    PartnerContactFactory(partner=PartnerFactory(name="Sans séance"), receives_digest=True)
    for hours in range(-24, 24 * 27):
        now = on(0, 0) + timedelta(hours=hours)
        if not on(14, 0) <= now < on(16, 0):
            send_points(now)
    sent = PartnerDigest.objects.filter(contact=contact).order_by("week")
    assert [one.week for one in sent] == [MONDAY + timedelta(weeks=week) for week in range(4)]
    letters = OutboxMessage.objects.filter(kind="partner.point").order_by("pk")
    # After the session of 3 December there is nothing to say any more.
    assert [(one.address, one.dedupe_key[-10:]) for one in letters] == [
        (contact.email, "2026-11-23"),
        (contact.email, "2026-11-30"),
    ]


def test_the_point_holds_dates_counts_and_links_and_nothing_of_anybody(session, settings):
    settings.PUBLIC_URL = "https://portail.example.org"
    partner = session.programme.partner
    PartnerContactFactory(partner=partner, receives_digest=True, confirms_sessions=True)
    ConsultationRequestFactory(
        programme=session.programme, state=RequestState.RECEIVED, question="Dépression"
    )
    ConsultationRequestFactory(programme=session.programme, state=RequestState.ACCEPTED)
    with time_machine.travel(on(0, 9), tick=False):
        send_points()
        deliver("email")
    (sent,) = mail.outbox
    for words in (
        "Jeudi 3 décembre 2026, 14 h – 17 h",
        "places prises : 1 sur 4, séance à confirmer",
        "https://portail.example.org/partenaires/seances/repondre/",
        "Demandes à trier : 1",
        "Personnes qui attendent une place : 1",
    ):
        assert words.replace("\xa0", " ") in sent.body.replace("\xa0", " "), sent.body
    whole = f"{sent.subject} {sent.body} {sent.alternatives[0].content}".lower()
    assert [word for word in ILLNESS if word in whole] == []


def test_what_the_team_is_told_by_its_own_digest_once(session, coordinator, settings):
    """Requester: his request went on. Who comes: his session. Coordinator: minutes that nobody wrote."""
    requester = UserFactory(email="aubert@example.org")
    RoleAssignmentFactory(user=requester, role=Role.PRACTITIONER)
    asked = ConsultationRequestFactory(
        programme=session.programme,
        requester=PractitionerFactory(user=requester),
        patient=PatientFactory(birth_name="Lefebvre", birth_first_names="Jeanne"),
        state=RequestState.ACCEPTED,
    )
    last = RequestEvent.objects.filter(request=asked).order_by("-pk").first()
    people = [requester.pk, coordinator.pk, session.practitioner.user_id]
    kinds = [
        kind
        for kind in item_kinds()
        if kind.name in ("consultation_requests", "consultation_sessions", "session_minutes")
    ]

    def waiting() -> dict:
        return {
            user: {name: sorted(items) for name, items in found.items()}
            for user, found in waiting_for(people, kinds).items()
        }

    assert waiting() == (
        {requester.pk: {"consultation_requests": [last.pk]}} if last.by_id != requester.pk else {}
    )
    with time_machine.travel(on(4, 9), tick=False):
        assert waiting()[session.practitioner.user_id] == {"consultation_sessions": [session.pk]}
    with time_machine.travel(on(11, 9), tick=False):
        assert coordinator.pk not in waiting()
    with time_machine.travel(on(14, 9), tick=False):
        assert waiting()[coordinator.pk] == {"session_minutes": [session.pk]}
    told: list[str] = []
    for days in range(1, 18):
        with time_machine.travel(on(days, 9), tick=False):
            send_digests()
            deliver("email")
    for sent in mail.outbox:
        whole = f"{sent.subject} {sent.body} {sent.alternatives[0].content}".lower()
        assert [word for word in ILLNESS if word in whole] == []
        told += [line for line in sent.body.splitlines() if "séance" in line and line.startswith("-")]
    assert sorted(told) == ["- 1 compte rendu de séance à écrire", "- 1 séance dans les 7 jours qui viennent"]
    with time_machine.travel(on(18, 9), tick=False):
        write_minutes(session, Words(session.start_at, session.end_at), actor=coordinator, close=True)
        assert coordinator.pk not in waiting()
