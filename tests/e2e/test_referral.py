"""The story of the house: an old man, his doctor, his physiotherapist, ten sessions, one report."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from appointments.models import AppointmentSeries
from appointments.models.reason import Bookability
from coordination.models import Referral, ReferralState
from core import clock
from patients.models import Patient
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.conftest import DESK, follow, no_barrier
from tests.e2e.entrance import enter
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import OpeningFactory, ReasonCategoryFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.practitioners import PractitionerFactory, ProfessionFactory

pytestmark = pytest.mark.django_db(transaction=True)
WIDTH = DESK

SUBJECT = "Rééducation, troubles de l’équilibre"


def professional(email: str, last_name: str, **fields: object) -> User:
    user = make_account(email, PASSWORD, last_name=last_name)
    RoleAssignmentFactory(user=user, role=Role.PRACTITIONER)
    PractitionerFactory(user=user, last_name=last_name, slug=last_name.lower(), **fields)
    return user


@pytest.fixture
def doctor(transactional_db: None) -> User:
    return professional("medecin@example.org", "Deschodt")


@pytest.fixture
def physio(transactional_db: None) -> User:
    """Mondays and Thursdays for seven weeks; the reason is kept for whom he invites."""
    trade = ProfessionFactory(
        name="masseur-kinésithérapeute", plural_name="masseurs-kinésithérapeutes", slug="kine"
    )
    user = professional("kine@example.org", "Caron", title="M.", profession=trade)
    reason = VisitReasonFactory(
        practitioner=user.practitioner,
        category=ReasonCategoryFactory(profession=trade, name="Séance", slug="seance"),
        name="Séance de rééducation",
        duration_minutes=30,
        grid_minutes=30,
        bookable_by=Bookability.INVITED,
    )
    for day in (clock.today() + timedelta(days=ahead) for ahead in range(1, 50)):
        if day.weekday() in (0, 3):
            start = clock.day_bounds(day)[0] + timedelta(hours=9)
            OpeningFactory(
                practitioner=reason.practitioner, start_at=start, end_at=start + timedelta(hours=3)
            )
    return user


@pytest.fixture
def marcel(doctor: User) -> Patient:
    patient: Patient = PatientFactory(
        birth_name="Delbecque", birth_first_names="Marcel", attending_doctor=doctor.practitioner
    )
    user = make_account("marcel@example.org", PASSWORD)
    ProxyFactory(user=user, patient=patient)
    return patient


def ask(page: Page, base: object, marcel: Patient) -> None:
    page.goto(f"{base}{reverse('patient_record', args=[marcel.pk])}")
    follow(page.get_by_role("link", name="Adresser", exact=True))
    page.select_option("select[name=target]", label="M. Claire Caron")
    page.fill("input[name=subject]", SUBJECT)
    page.fill("input[name=sessions]", "10")
    page.fill("textarea[name=context]", "Deux chutes en un mois. TUG 19 s.")
    no_barrier(page)
    follow(page.get_by_test_id("send-referral"))
    no_barrier(page)


def take_ten(page: Page, base: object) -> None:
    page.goto(f"{base}{reverse('my_referrals')}")
    expect(page.get_by_role("heading", name="M. Claire Caron")).to_be_visible()
    expect(page.get_by_text("équilibre")).to_have_count(0)
    no_barrier(page)
    follow(page.get_by_role("link", name="Choisir les séances"))
    no_barrier(page)
    follow(page.get_by_test_id("book-series"))
    expect(page.get_by_test_id("series-progress")).to_contain_text("10 à venir")


def report(page: Page, base: object, key: int) -> None:
    page.goto(f"{base}{reverse('report_referral', args=[key])}")
    page.fill("textarea[name=done]", "Équilibre, marche, escaliers.")
    page.fill("input[name=name_1]", "TUG")
    page.fill("input[name=before_1]", "19")
    page.fill("input[name=after_1]", "13,5")
    page.check("input[name=proposal][value=stop]")
    no_barrier(page)
    follow(page.get_by_role("button", name="Envoyer le bilan"))


def test_from_the_doctor_to_the_report(screen, live_server, doctor, physio, marcel):
    for email in ("voisin@example.org",):
        ProxyFactory(user=make_account(email, PASSWORD))
    professional("medecin2@example.org", "Vanhoutte")
    enter(screen, live_server, doctor.email)
    ask(screen, live_server, marcel)
    referral = Referral.objects.get()

    enter(screen, live_server, physio.email)
    screen.goto(f"{live_server}{reverse('referrals')}")
    no_barrier(screen)
    follow(screen.get_by_role("link", name="Marcel Delbecque"))
    no_barrier(screen)
    follow(screen.get_by_test_id("accept-referral").get_by_role("button"))

    enter(screen, live_server, "marcel@example.org")
    take_ten(screen, live_server)
    referral.refresh_from_db()
    assert (referral.state, referral.series) == (ReferralState.SCHEDULED, AppointmentSeries.objects.get())

    for email in ("medecin2@example.org", "voisin@example.org"):
        enter(screen, live_server, email)
        for name, key in (("referral", referral.pk), ("patient_record", marcel.pk)):
            answer = screen.goto(f"{live_server}{reverse(name, args=[key])}")
            assert answer is not None
            assert answer.status == 404

    enter(screen, live_server, physio.email)
    report(screen, live_server, referral.pk)
    enter(screen, live_server, doctor.email)
    screen.goto(f"{live_server}{reverse('referral', args=[referral.pk])}")
    expect(screen.get_by_role("table")).to_contain_text("13,5")
    no_barrier(screen)
    follow(screen.get_by_test_id("close-referral"))
    expect(screen.get_by_role("status").filter(has_text="terminé")).to_be_visible()

    enter(screen, live_server, "marcel@example.org")
    screen.goto(f"{live_server}{reverse('record_openings')}")
    expect(screen.get_by_role("main")).to_contain_text("adressage")
    no_barrier(screen)
