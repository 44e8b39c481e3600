"""The coordinator's desk: what comes, what is missing, who has not answered; several sessions at one stroke."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.models import Absence, Closure, ResourceClosure
from coordination.actions.add_task import add_task
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from partnerships.actions.ask_confirmations import ask_confirmations
from partnerships.actions.chase_session import chase_session
from partnerships.actions.plan_sessions import add_session
from partnerships.desk import desk_of
from partnerships.models import (
    ConsultationRequest,
    ConsultationSession,
    RequestState,
    SessionChase,
    SessionState,
)
from practitioners.house import the_house
from tests.factories.appointments import AppointmentFactory
from tests.factories.partnerships import (
    AdvancedConsultationFactory,
    AgreementFactory,
    PartnerContactFactory,
)
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.factories.practitioners import EquipmentFactory, PractitionerFactory, RoomFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)


@pytest.fixture
def programme(sunday):
    programme = AdvancedConsultationFactory()
    AgreementFactory(partner=programme.partner)
    return programme


@pytest.fixture
def held_by(programme):
    return PractitionerFactory(
        kind="visiting", last_name="Fournier", profession=programme.category.profession
    )


@pytest.fixture
def plan(programme, held_by, coordinator):
    """`plan(5)`: a session in five days, from 14 h to 17 h, in a room."""
    room = RoomFactory(place=programme.place, name="Salle 3")

    def make(days: int, **fields) -> ConsultationSession:
        start = fields.pop("start_at", clock.at(TODAY + timedelta(days=days), time(14)))
        values = {"programme": programme, "practitioner": held_by, "room": room, "seats": 4} | fields
        session = ConsultationSession(start_at=start, end_at=start + timedelta(hours=3), **values)
        return add_session(session, actor=coordinator)

    return make


def expect(session: ConsultationSession, number: int) -> None:
    for place in range(number):
        start = session.start_at + timedelta(minutes=30 * place)
        AppointmentFactory(
            practitioner=session.practitioner,
            opening=session.opening,
            start_at=start,
        )


def alerts(user) -> list[tuple[date, list[str]]]:
    return [
        (line.session.local_day, [one.sentence for one in line.alerts]) for line in desk_of(user).to_settle
    ]


def test_everything_that_stands_in_the_way_is_said(plan, programme, held_by, coordinator):
    def on(day: date, hour: int) -> datetime:
        return clock.at(day, time(hour))

    programme.equipment_kind = EquipmentFactory(place=programme.place, kind__name="échographe").kind
    programme.save(update_fields=["equipment_kind"])
    agreement = programme.partner.agreements.get()
    other = PractitionerFactory(kind="visiting", profession=programme.category.profession)
    soon, away, shut, dark, sound, over = (
        plan(2, room=None),
        plan(4, practitioner=other),
        plan(9),
        plan(11),
        plan(16, room=None),
        plan(18),
    )
    ConsultationSession.objects.exclude(pk=soon.pk).update(state=SessionState.CONFIRMED)
    agreement.ends_on = date(2026, 12, 9)
    agreement.save(update_fields=["ends_on"])
    Absence.objects.create(practitioner=other, start_at=on(away.local_day, 8), end_at=on(away.local_day, 19))
    Closure.objects.create(
        centre=programme.place.centre,
        label="Inventaire",
        start_at=on(shut.local_day, 16),
        end_at=on(shut.local_day, 20),
    )
    for thing in ({"room": dark.room}, {"equipment": programme.equipment_kind.units.get()}):
        ResourceClosure.objects.create(
            **thing, label="Peinture", start_at=on(dark.local_day, 8), end_at=on(dark.local_day, 15)
        )
    expect(sound, 5)
    assert alerts(coordinator) == [
        (soon.local_day, ["Pas encore de salle", "Sans réponse du partenaire : téléphonez"]),
        (away.local_day, [f"{other.display_name} est absent ce jour-là"]),
        (shut.local_day, ["La maison est fermée : Inventaire"]),
        (dark.local_day, ["Salle indisponible : Peinture", "Équipement indisponible : échographe"]),
        (sound.local_day, ["1 de trop pour les places prévues", "Pas encore de salle"]),
        (over.local_day, ["Aucune convention en vigueur ce jour-là"]),
    ]


def test_a_holiday_that_the_rhythm_did_not_know(plan, coordinator):
    plan(26)
    ConsultationSession.objects.update(
        start_at=clock.at(date(2026, 12, 25), time(14)), end_at=clock.at(date(2026, 12, 25), time(17))
    )
    with time_machine.travel(clock.at(date(2026, 12, 1), time(9)), tick=False):
        assert alerts(coordinator) == [(date(2026, 12, 25), ["Jour férié : Noël"])]


def test_a_free_seat_while_somebody_waits_is_a_hole(plan, programme, coordinator):
    near, full, far = plan(3), plan(5), plan(20)
    ConsultationSession.objects.update(state=SessionState.CONFIRMED)
    expect(near, 1)
    expect(full, 4)
    ConsultationRequestFactory(programme=programme, state=RequestState.ACCEPTED)
    ConsultationRequestFactory(programme=programme, state=RequestState.RECEIVED)
    desk = desk_of(coordinator)
    assert [(line.session, line.fill.free, line.waiting, line.is_hole) for line in desk.lines] == [
        (near, 3, 1, True),
        (full, 0, 1, False),
        (far, 4, 1, False),
    ]
    assert ([line.session for line in desk.to_settle], desk.taken, desk.seats) == ([near], 5, 12)
    assert [week.monday.isoformat() for week in desk.weeks] == ["2026-11-23", "2026-12-07"]


def test_requests_are_counted_by_state_and_age(programme, coordinator):
    for days, fields in (
        (12, {"state": RequestState.RECEIVED, "urgency": "urgent"}),
        (3, {"state": RequestState.RECEIVED}),
        (2, {"state": RequestState.ACCEPTED}),
        (2, {"state": RequestState.DRAFT}),
        (2, {"state": RequestState.WITHDRAWN}),
    ):
        with time_machine.travel(clock.now() - timedelta(days=days), tick=False):
            ConsultationRequestFactory(programme=programme, **fields)
    ConsultationRequest.objects.filter(urgency="urgent").update(escalated_at=clock.now())
    counts = desk_of(coordinator).requests
    assert [
        (row.name, [(cell.number, cell.days, cell.urgent, cell.late) for cell in row.cells])
        for row in counts.rows
    ] == [
        (
            "Psychiatrie de l’adulte",
            [(2, 12, 1, 1), (0, 0, 0, 0), (1, 2, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0)],
        )
    ]
    assert (counts.to_triage, counts.late, counts.waiting(programme.pk)) == (2, 1, 1)


def test_one_stroke_answers_for_each(plan, programme, coordinator, bureau):
    """Two are confirmed, one was already, one is over meanwhile; the partner is asked again once a day."""
    PartnerContactFactory(partner=programme.partner, confirms_sessions=True)
    first, second, third, gone = plan(3), plan(10), plan(12), plan(14)
    ConsultationSession.objects.filter(pk=third.pk).update(state=SessionState.CONFIRMED)
    stroke = reverse("settle_consultation_sessions")
    sentence = "Cette séance est passée ou déjà annulée."

    def answer(gesture: str, *sessions: ConsultationSession) -> list[tuple[int, str, bool]]:
        data = {"geste": gesture, "seance": [one.pk for one in sessions], "par": "Nadine Obin"}
        found = bureau.post(stroke, data).context["results"]
        return [(one.session.pk, one.sentence, one.is_done) for one in found]

    ConsultationSession.objects.filter(pk=gone.pk).update(
        start_at=clock.now() - timedelta(hours=4), end_at=clock.now() - timedelta(hours=1)
    )
    assert answer("relancer", second, first, third, gone) == [
        (gone.pk, sentence, False),
        (first.pk, "le partenaire est relancé par e-mail.", True),
        (second.pk, "le partenaire est relancé par e-mail.", True),
        (third.pk, "Le partenaire a déjà confirmé.", False),
    ]
    assert answer("relancer", first) == [(first.pk, "Le partenaire a déjà été relancé aujourd’hui.", False)]
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        chase_session(first, actor=coordinator)
    assert list(SessionChase.objects.order_by("pk").values_list("session", "sent_by")) == [
        (pk, coordinator.pk) for pk in (first.pk, second.pk, first.pk)
    ]
    letters = OutboxMessage.objects.filter(kind="session.to_confirm").order_by("pk")
    assert [(one.subject_id, one.payload["again"]) for one in letters] == [
        (pk, True) for pk in (first.pk, second.pk, first.pk)
    ]
    assert answer("confirmer", first, second, third) == [
        (first.pk, "la séance est confirmée.", True),
        (second.pk, "la séance est confirmée.", True),
        (third.pk, "Le partenaire a déjà confirmé.", False),
    ]
    first.refresh_from_db()
    assert (first.state, first.confirmed_by) == (SessionState.CONFIRMED, "Nadine Obin")
    trail = AuditEvent.objects.filter(actor_id=coordinator.pk, action__startswith="session.").order_by("pk")
    assert [line.action for line in trail][-5:] == ["session.chased"] * 3 + ["session.confirmed"] * 2


def test_nobody_to_ask_changes_nothing(plan, coordinator, bureau):
    session = plan(3)
    data = {"geste": "relancer", "seance": [session.pk]}
    page = bureau.post(reverse("settle_consultation_sessions"), data, headers={"HX-Request": "true"})
    assert "Aucun contact de ce partenaire ne reçoit les demandes" in page.text
    assert "<html" not in page.text
    assert (SessionChase.objects.count(), OutboxMessage.objects.count()) == (0, 0)
    nothing = bureau.post(
        reverse("settle_consultation_sessions"), {"geste": "relancer", "seance": ["x", "9"]}
    )
    assert (nothing.status_code, nothing.context["refused"]) == (
        422,
        "Cochez d’abord une ou plusieurs séances.",
    )


def test_who_was_asked_and_has_not_answered_is_called(plan, programme, bureau):
    contact = PartnerContactFactory(
        partner=programme.partner, confirms_sessions=True, phone="+33353010101", name="Nadine Obin"
    )
    programme.confirm_days = 40
    programme.save(update_fields=["confirm_days"])
    near, far = plan(2), plan(35)
    plan(50)
    ask_confirmations()
    desk = bureau.get(reverse("partners_desk")).context["desk"]
    assert [(one.session, one.days_left, one.is_urgent, one.contacts) for one in desk.pending] == [
        (near, 2, True, [contact]),
        (far, 35, False, [contact]),
    ]
    assert [line.session for line in desk.lines] == [near]


def test_contracts_and_tasks(programme, coordinator, secretary, bureau):
    late = AgreementFactory(title="Finie", starts_on=date(2025, 1, 1), ends_on=date(2026, 10, 1))
    AgreementFactory(title="Ancienne", starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1), signed_on=None)
    add_task(coordinator, "Appeler l’EPSM", owner=coordinator, due_on=TODAY - timedelta(days=1))
    desk = bureau.get(reverse("partners_desk")).context["desk"]
    assert [(line.agreement.title, line.days_left, line.needs_renewal) for line in desk.agreements] == [
        (late.title, -52, True),
        ("Consultations avancées de psychiatrie", 404, False),
    ]
    assert [task.title for task in desk.tasks] == ["Appeler l’EPSM"]
    assert secretary.get(reverse("partners_desk")).status_code == 404


def test_the_desk_asks_as_much_for_one_as_for_thirty(
    plan, programme, coordinator, bureau, django_assert_num_queries
):
    PartnerContactFactory(partner=programme.partner, confirms_sessions=True)
    the_house()

    def more(since: int, until: int) -> None:
        for days in range(since, until):
            session = plan(
                days % 27 + 1,
                start_at=clock.at(TODAY + timedelta(days=days % 27 + 1), time(7 + 4 * (days // 27))),
            )
            expect(session, 1)
            ConsultationRequestFactory(
                programme=AdvancedConsultationFactory(partner=programme.partner, name=f"Consultation {days}"),
                state=RequestState.ACCEPTED,
            )
            AgreementFactory(title=f"Convention {days}")
            add_task(coordinator, "Appeler", owner=coordinator, due_on=TODAY)
        ask_confirmations()

    more(0, 1)
    bureau.get(reverse("partners_desk"))
    with django_assert_num_queries(15):
        bureau.get(reverse("partners_desk"))
    more(1, 30)
    with django_assert_num_queries(15):
        page = bureau.get(reverse("partners_desk"))
    assert len(re.findall('type="checkbox" name="seance"', " ".join(page.text.split()))) == 30


def test_the_door_stands_where_she_begins(plan, programme, bureau, doctor):
    PartnerContactFactory(partner=programme.partner, confirms_sessions=True)
    plan(3)
    ask_confirmations()
    words = "1 séance sans réponse du partenaire"
    assert words in bureau.get(reverse("my_day")).text
    assert words in bureau.get(reverse("coordination")).text
    assert words not in doctor.client.get(reverse("my_day")).text
