"""The coordinator shares the seats; everybody who works here reads for whom they are kept."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from html import unescape

import pytest
from django.urls import reverse

from appointments.models import Status
from core import clock
from core.audit.models import AuditEvent
from partnerships.models import SeatQuota, SeatRule
from partnerships.seat_no_shows import Missed, missed_visits
from tests.factories.appointments import AppointmentFactory
from tests.factories.partnerships import AdvancedConsultationFactory, AgreementFactory
from tests.factories.partnerships_seat import SeatQuotaFactory, SeatRuleFactory, held_session
from tests.factories.practitioners import PractitionerFactory, ProfessionFactory

pytestmark = pytest.mark.django_db

FIGURES = {
    "urgent_reserve": "2",
    "reserve_release_days": "3",
    "quota_release_days": "7",
    "overbooking_percent": "10",
}


@pytest.fixture
def session(coordinator):
    programme = AdvancedConsultationFactory()
    AgreementFactory(partner=programme.partner, seats_per_month=14)
    start = clock.at(date(2026, 12, 10), time(14))
    return held_session(programme, PractitionerFactory(kind="visiting"), start, actor=coordinator, seats=6)


def parts(*lines: dict[str, object]) -> dict[str, str]:
    posted = {"parts-TOTAL_FORMS": str(len(lines)), "parts-INITIAL_FORMS": "0"}
    for number, line in enumerate(lines):
        posted |= {f"parts-{number}-{name}": str(value) for name, value in line.items()}
    return posted


def words(response) -> str:
    text = unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_the_coordinator_shares_the_seats_of_a_programme_from_a_day_on(bureau, secretary, session):
    doctors = ProfessionFactory(slug="medecin-generaliste", name="médecin généraliste")
    address = reverse("programme_seats", args=[session.programme.pk])
    SeatRuleFactory(programme=session.programme, urgent_reserve=1)
    assert "pas encore de rendez-vous passé" in words(bureau.get(address))
    line = {"who": f"profession.{doctors.pk}", "kept": 2, "most_per_session": 3, "most_per_month": 8}
    sent = {"since": "01/12/2026", **FIGURES, **parts(line, {"who": ""})}
    bureau.post(address, sent)
    assert list(SeatRule.objects.order_by("since").values_list("since", "until", "urgent_reserve")) == [
        (date(2026, 1, 1), date(2026, 11, 30), 1),
        (date(2026, 12, 1), None, 2),
    ]
    assert list(
        SeatQuota.objects.values_list("profession", "kept", "most_per_session", "most_per_month")
    ) == [(doctors.pk, 2, 3, 8)]
    assert AuditEvent.objects.filter(action="seats.set").count() == 1

    page = words(secretary.get(reverse("programme", args=[session.programme.pk])))
    assert "Séances à partir du mardi 1er décembre 2026" in page
    assert (
        "Médecin généraliste : 2 places gardées, rendues 7 jours avant."
        " Au plus 3 par séance. Au plus 8 par mois." in page
    )
    shown = words(secretary.get(reverse("consultation_session", args=[session.pk])))
    assert "Places prises : 0 sur 6. Places libres : 6." in shown
    assert "Urgences (priorité 1 ou 2) 0 sur 2 gardées jusqu’au dimanche 6 décembre" in shown
    assert "Médecin généraliste 0 sur 2 gardées jusqu’au mercredi 2 décembre Pour tous 0 sur 2" in shown
    assert "Convention : 14 places par mois, encore 14 ce mois-là." in shown
    assert (secretary.get(address).status_code, secretary.post(address, sent).status_code) == (404, 404)

    rule = SeatRule.objects.get(since=date(2026, 12, 1))
    bureau.post(reverse("drop_seats", args=[rule.pk]))
    assert not SeatRule.objects.filter(pk=rule.pk).exists()


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"since": "21/11/2026"}, "Aujourd’hui au plus tôt"),
        ({"overbooking_percent": "31"}, "30 % au plus."),
        (parts({"who": "", "kept": 2}), "Choisissez une profession ou une personne."),
        (parts({"who": "PROFESSION"}), "Donnez au moins un nombre de places."),
        (
            parts({"who": "PROFESSION", "kept": 4, "most_per_session": 3}),
            "On ne garde pas plus de places qu’il n’en est permis.",
        ),
        (
            parts({"who": "PROFESSION", "kept": 1}, {"who": "PROFESSION", "kept": 1}),
            "Cette ligne existe déjà ci-dessus.",
        ),
    ],
)
def test_what_cannot_be_says_so_and_keeps_what_was_typed(bureau, session, sent, sentence):
    key = f"profession.{ProfessionFactory(slug='medecin-generaliste', name='médecin généraliste').pk}"
    sent = {name: key if value == "PROFESSION" else value for name, value in sent.items()}
    posted = {"since": "01/12/2026", **FIGURES, **parts(), **sent}
    response = bureau.post(reverse("programme_seats", args=[session.programme.pk]), posted)
    assert (response.status_code, SeatRule.objects.count()) == (422, 0)
    assert sentence in words(response)
    assert 'name="urgent_reserve" value="2"' in response.content.decode()


def test_a_session_has_its_own_seats_and_goes_back_to_those_of_its_programme(bureau, session):
    dated = SeatRuleFactory(programme=session.programme, urgent_reserve=1)
    SeatQuotaFactory(rule=dated, referrer=PractitionerFactory(last_name="Bails"), kept=1)
    address = reverse("session_seats", args=[session.pk])
    page = bureau.get(address)
    assert 'name="urgent_reserve" value="1"' in page.content.decode()
    assert "Bails" in words(page)
    bureau.post(address, {"seats": "8", "has_own": "on", **FIGURES, **parts()})
    session.refresh_from_db()
    assert (session.seats, session.seat_rule.urgent_reserve, session.seat_rule.quotas.count()) == (8, 2, 0)
    page = words(bureau.get(reverse("consultation_session", args=[session.pk])))
    assert "Places prises : 0 sur 8. Places libres : 8. Cette séance a son propre partage." in page
    bureau.post(address, {"seats": "5", **FIGURES, **parts()})
    session.refresh_from_db()
    assert (session.seats, SeatRule.objects.get()) == (5, dated)


def test_the_overbooking_that_real_absences_suggest(session):
    before = clock.now() - timedelta(days=40)
    session.start_at, session.end_at = before, before + timedelta(hours=20)
    session.save()
    for number in range(20):
        AppointmentFactory(
            reason=session.opening.reasons.first(),
            opening=session.opening,
            start_at=before + timedelta(minutes=40 * number),
            status=Status.NO_SHOW if number < 3 else Status.FULFILLED,
        )
    missed = missed_visits(session.programme)
    assert (missed, missed.percent, missed.suggested) == (Missed(20, 3), 15, 15)
    assert (Missed(19, 9).suggested, Missed(20, 20).suggested) == (None, 30)
