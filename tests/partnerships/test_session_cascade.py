"""A session falls away: who was expected is ranked, proposed something, approved by somebody, followed to his end."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appointments.actions.accept_offer import accept_offer
from appointments.actions.cancel import cancel
from appointments.actions.decline_offer import decline_offer
from appointments.actions.send_cascade import AlreadyLeft, NothingToSend
from appointments.models import Appointment, Cascade, CascadeLine, SlotOffer, Status, WaitingRequest
from appointments.models.cascade import Step
from coordination.digest import item_kinds, waiting_for
from core import clock
from core.outbox.models import OutboxMessage, State
from core.outbox.registry import find
from partnerships.actions.carry_on import carry_on_all
from partnerships.actions.change_session import cancel_session, cancel_sessions, replace_session
from partnerships.actions.session_cascade import approve, plan_again, take_back
from partnerships.models import AgreementSuspension, RequestState
from partnerships.partner_point import point_of
from partnerships.session_cascade import ENDED, TO_DO, UNDER_WAY, Fate, progress_of
from partnerships.session_cascade_words import explained
from practitioners.models import Practitioner
from tests.factories.accounts import UserFactory
from tests.factories.partnerships import PartnerContactFactory
from tests.factories.partnerships_session_cascade import (
    expected,
    programme,
    remote_hours,
    request_of,
    session,
)
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db

THURSDAY = clock.at(date(2026, 12, 3), time(14))
WEEK = timedelta(days=7)


@pytest.fixture
def psychiatry(sunday):
    return programme(name="Psychiatrie de l’adulte")


@pytest.fixture
def doctor(sunday):
    return PractitionerFactory(kind="visiting", last_name="Fournier")


@pytest.fixture
def lost(psychiatry, doctor, coordinator):
    """Thursday 3 December; nothing else is planned yet."""
    return session(psychiatry, doctor, THURSDAY, actor=coordinator, seats=10)


def plan_of(lost, actor=None) -> Cascade:
    cancel_session(lost, "Médecin appelé ailleurs", by="Nadine Obin", actor=actor)
    return lost.cancellation.cascade


def fates(cascade) -> list[str]:
    """In their turn."""
    return [str(one.fate) for one in progress_of(cascade, clock.now()).patients]


def lines(cascade) -> dict[int, tuple[str, datetime | None]]:
    return {line.appointment_id: (line.step, line.start_at) for line in cascade.lines.all()}


def names(progress) -> list[str]:
    return [one.visit.patient.birth_name for one in progress.patients]


def test_the_most_urgent_chooses_first_then_who_has_waited_longest(lost, psychiatry, doctor, coordinator):
    untriaged = expected(lost, 0, waiting_days=90)
    recent = expected(lost, 1, priority=2, waiting_days=5)
    urgent = expected(lost, 2, priority=1, waiting_days=1)
    patient = expected(lost, 3, priority=2, waiting_days=40)
    # Three seats for four: the hours are there, the seats are not.
    session(psychiatry, doctor, THURSDAY + 2 * WEEK, actor=coordinator, seats=3)
    cascade = plan_of(lost, coordinator)
    progress = progress_of(cascade, clock.now())
    assert [one.visit for one in progress.patients] == [urgent, patient, recent, untriaged]
    start = THURSDAY + 2 * WEEK
    assert lines(cascade) == {
        urgent.pk: (Step.SAME, start),
        patient.pk: (Step.SAME, start + timedelta(minutes=20)),
        recent.pk: (Step.SAME, start + timedelta(minutes=40)),
        untriaged.pk: (Step.WAIT, None),
    }
    assert [(one.turn, one.why) for one in explained(progress, clock.now())] == [
        ("Priorité 1, attend depuis 1 jour.", "La première place libre des séances de la même consultation."),
        (
            "Priorité 2, attend depuis 40 jours.",
            "La première place libre des séances de la même consultation.",
        ),
        (
            "Priorité 2, attend depuis 5 jours.",
            "La première place libre des séances de la même consultation.",
        ),
        (
            "Pas de demande triée : choisit après les autres, attend depuis 90 jours.",
            "Aucune place libre qu’il peut prendre : garde son ancienneté (lundi 24 août).",
        ),
    ]
    assert (OutboxMessage.objects.count(), SlotOffer.objects.count()) == (0, 0)


def test_another_partner_of_the_speciality_then_a_teleconsultation(lost, psychiatry, coordinator):
    first, second, third = (expected(lost, number, priority=number + 1) for number in range(3))
    other = programme(category=psychiatry.category, name="Psychiatrie, Armentières")
    elsewhere = session(
        other, PractitionerFactory(kind="visiting"), THURSDAY + WEEK, actor=coordinator, seats=1
    )
    remote_hours(psychiatry, THURSDAY - timedelta(days=2), slots=1)
    cascade = plan_of(lost, coordinator)
    assert lines(cascade) == {
        first.pk: (Step.OTHER, elsewhere.start_at),
        second.pk: (Step.OTHER, THURSDAY - timedelta(days=2)),
        third.pk: (Step.WAIT, None),
    }
    whys = [one.why for one in explained(progress_of(cascade, clock.now()), clock.now())]
    assert whys[0] == f"Plus de place dans cette consultation : même spécialité, {other.partner.name}."
    assert whys[1] == "Plus de place dans la maison : une téléconsultation de la même spécialité."


def test_no_seat_on_a_day_on_which_the_agreement_is_suspended(lost, psychiatry, doctor, coordinator):
    """It takes no visit away either: who is booked is still expected."""
    visit = expected(lost, 0, priority=1)
    kept = session(psychiatry, doctor, THURSDAY + WEEK, actor=coordinator)
    stays = expected(kept, 0, priority=2, email="reste@example.org")
    AgreementSuspension.objects.create(
        agreement=psychiatry.partner.agreements.get(), since=(THURSDAY + timedelta(days=1)).date(), reason="x"
    )
    assert not Cascade.objects.exists()
    cascade = plan_of(lost, coordinator)
    assert lines(cascade) == {visit.pk: (Step.WAIT, None)}
    stays.refresh_from_db()
    assert stays.status == Status.BOOKED


def test_a_colleague_holds_it_the_same_hour_is_proposed(lost, psychiatry, coordinator):
    second, first = expected(lost, 1, priority=2), expected(lost, 4, priority=1)
    colleague = PractitionerFactory(kind="visiting", last_name="Marquis")
    replace_session(lost, colleague, actor=coordinator)
    cascade = lost.cancellation.cascade
    assert lines(cascade) == {
        first.pk: (Step.SAME, first.start_at),
        second.pk: (Step.SAME, second.start_at),
    }
    assert set(cascade.lines.values_list("reason__practitioner", flat=True)) == {colleague.pk}


def test_nobody_is_told_before_the_approval_and_all_can_be_taken_back(lost, psychiatry, doctor, coordinator):
    visits = [expected(lost, number, priority=1 + number) for number in range(2)]
    lone = expected(lost, 5, email="", phone="")
    session(psychiatry, doctor, THURSDAY + WEEK, actor=coordinator, seats=1)
    cascade = plan_of(lost, coordinator)
    assert fates(cascade) == ["planned"] * 3
    assert approve(cascade, actor=coordinator) == Counter({"same": 1, "wait": 1, "call": 1})
    assert fates(cascade) == ["offered", "leaving", "unreachable"]
    with pytest.raises(NothingToSend):
        approve(cascade, actor=coordinator)
    assert Counter(OutboxMessage.objects.values_list("kind", flat=True)) == {
        "appointments.replacement": 1,
        "session.on_list": 1,
    }
    assert carry_on_all() == 0
    take_back(cascade, actor=coordinator)
    assert fates(cascade) == ["planned"] * 3
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {State.CANCELLED}
    assert not Appointment.objects.filter(status=Status.HELD).exists()
    assert [request_of(visit).state for visit in visits] == [RequestState.BOOKED] * 2
    assert approve(cascade, actor=coordinator)["same"] == 1
    assert lone.status == Status.BOOKED


def leave(time_machine, **later) -> None:
    """Everything due has left."""
    time_machine.move_to(clock.now() + timedelta(**later), tick=False)
    OutboxMessage.objects.filter(state=State.DUE, due_at__lte=clock.now()).update(
        state=State.SENT, sent_at=clock.now()
    )


def test_every_answer_leads_to_a_named_end(lost, psychiatry, doctor, coordinator, time_machine):
    """Yes, no, silence, a call of his own, a death; and after the last offer the list, with the age that he had."""
    yes, no, silent, himself, dies = (
        expected(lost, number, priority=1, waiting_days=50 - number) for number in range(5)
    )
    session(psychiatry, doctor, THURSDAY + WEEK, actor=coordinator, seats=5)
    session(psychiatry, doctor, THURSDAY + 2 * WEEK, actor=coordinator, seats=1)
    cascade = plan_of(lost, coordinator)
    approve(cascade, actor=coordinator)
    leave(time_machine, hours=1)
    offer = {one.replaces_id: one for one in SlotOffer.objects.all()}
    accept_offer(offer[yes.pk], actor=coordinator)
    decline_offer(offer[no.pk], actor=coordinator)
    cancel(himself, actor=None, by_staff=True)
    type(dies.patient).objects.filter(pk=dies.patient_id).update(deceased_on=clock.today())
    assert fates(cascade) == ["accepted", "next", "offered", "cancelled", "died"]
    # The next session: its only seat is for the one who said no; then he says no again.
    assert carry_on_all() == 1
    assert CascadeLine.objects.get(appointment=no).start_at > THURSDAY
    with pytest.raises(AlreadyLeft):
        take_back(cascade, actor=coordinator)
    leave(time_machine, hours=25)
    for _round in range(6):
        carry_on_all()
        leave(time_machine, hours=25)
    assert fates(cascade) == ["accepted", "listed", "listed", "cancelled", "died"]
    for visit in (no, silent):
        visit.refresh_from_db()
        assert visit.status == Status.CANCELLED
        waits = request_of(visit)
        assert (waits.state, waits.appointment) == (RequestState.ACCEPTED, None)
        assert waits.received_at == visit.booked_at
        told = list(SlotOffer.objects.filter(replaces=visit).values_list("start_at", flat=True))
        assert len(told) == len(set(told)) <= 3
    progress = progress_of(cascade, clock.now())
    assert (progress.to_do, progress.under_way, progress.done) == (0, 0, 5)


def test_who_came_without_a_request_waits_on_the_list_of_the_house(lost, coordinator, time_machine):
    visit = expected(lost, 0, waiting_days=30)
    cascade = plan_of(lost, coordinator)
    approve(cascade, actor=coordinator)
    # Told first: the visit ends once the word has left.
    time_machine.move_to(clock.now() + timedelta(minutes=2), tick=False)
    assert carry_on_all() == 0
    leave(time_machine, minutes=1)
    assert carry_on_all() == 1
    waits = WaitingRequest.objects.get()
    assert (waits.patient, waits.created_at, waits.current) == (visit.patient, visit.booked_at, None)
    assert fates(cascade) == ["listed"]


def test_several_sessions_one_plan(psychiatry, doctor, coordinator):
    """Two weeks without the partner: one order for everybody, and no seat in what falls away too."""
    sessions = [
        session(psychiatry, doctor, THURSDAY + number * WEEK, actor=coordinator, seats=4)
        for number in range(4)
    ]
    late = expected(sessions[0], 0, priority=3)
    urgent = expected(sessions[1], 0, priority=1, email="u@example.org")
    cancel_sessions(sessions[:3], "Congés", by="EPSM", actor=coordinator)
    cascade = Cascade.objects.get()
    assert list(cascade.cancelled_sessions.order_by("session")) == [one.cancellation for one in sessions[:3]]
    start = THURSDAY + 3 * WEEK
    assert [one.visit for one in progress_of(cascade, clock.now()).patients] == [urgent, late]
    assert lines(cascade) == {
        urgent.pk: (Step.SAME, start),
        late.pk: (Step.SAME, start + timedelta(minutes=20)),
    }


def test_the_session_that_was_offered_falls_away_too(lost, psychiatry, doctor, coordinator, time_machine):
    visit = expected(lost, 0, priority=1)
    second = session(psychiatry, doctor, THURSDAY + WEEK, actor=coordinator)
    third = session(psychiatry, doctor, THURSDAY + 2 * WEEK, actor=coordinator)
    cascade = plan_of(lost, coordinator)
    approve(cascade, actor=coordinator)
    leave(time_machine, minutes=2)
    cancel_session(second, "Grève", by="EPSM", actor=coordinator)
    assert (SlotOffer.objects.get().state, fates(cascade)) == ("withdrawn", ["next"])
    assert carry_on_all() == 1
    offer = SlotOffer.objects.get(state="sent")
    assert (offer.replaces, offer.start_at) == (visit, third.start_at)
    moved = accept_offer(offer, actor=coordinator)
    # And once more: his visit has a trouble of its own, in a plan of its own.
    cancel_session(third, "Grève", by="EPSM", actor=coordinator)
    assert fates(cascade) == ["accepted"]
    assert [one.visit for one in progress_of(third.cancellation.cascade, clock.now()).patients] == [moved]


def test_planning_again_keeps_what_was_chosen_by_hand(lost, psychiatry, doctor, coordinator):
    first, second = (expected(lost, number, priority=number + 1) for number in range(2))
    cascade = plan_of(lost, coordinator)
    CascadeLine.objects.filter(appointment=second).update(step=Step.CALL, by_hand=True)
    session(psychiatry, doctor, THURSDAY + WEEK, actor=coordinator)
    plan_again(cascade, actor=coordinator)
    assert lines(cascade) == {first.pk: (Step.SAME, THURSDAY + WEEK), second.pk: (Step.CALL, None)}


def test_the_coordinators_are_told_when_the_partner_declines(lost, coordinator):
    expected(lost, 0, priority=1)
    plan_of(lost)
    told = OutboxMessage.objects.get()
    assert (told.kind, told.address, told.payload["patients"]) == ("session.cancelled", coordinator.email, 1)


def test_a_plan_costs_the_same_for_two_as_for_thirty(lost, psychiatry, doctor, coordinator):
    session(psychiatry, doctor, THURSDAY + WEEK, actor=coordinator, seats=40, hours=10)
    counts = []
    for number in (2, 30):
        row = session(
            psychiatry, doctor, THURSDAY + number * timedelta(days=1), actor=coordinator, seats=40, hours=10.5
        )
        for place in range(number):
            expected(row, place, email=f"x{number}.{place}@example.org")
        cascade = plan_of(row, coordinator)
        with CaptureQueriesContext(connection) as queries:
            plan_again(cascade, actor=coordinator)
            explained(progress_of(cascade, clock.now()), clock.now())
        counts.append(len(queries))
        assert progress_of(cascade, clock.now()).planned == number
    assert counts[0] == counts[1]


def test_every_fate_is_counted_once():
    assert set(Fate) == TO_DO | UNDER_WAY | ENDED
    assert len(TO_DO) + len(UNDER_WAY) + len(ENDED) == len(Fate)


def test_the_digest_counts_and_names_nobody(lost, coordinator):
    visit = expected(lost, 0, priority=1)
    requester = UserFactory()
    Practitioner.objects.filter(pk=request_of(visit).requester_id).update(user=requester)
    cascade = plan_of(lost, coordinator)
    kinds = {kind.name: kind for kind in item_kinds()}
    asked = [kinds["cancelled_sessions"], kinds["session_cascades"]]
    found = waiting_for([requester.pk, coordinator.pk], asked)
    row = cascade.expected.get()
    assert found[requester.pk] == {"cancelled_sessions": {row.pk}}
    assert found[coordinator.pk] == {"session_cascades": {cascade.pk}}
    assert kinds["cancelled_sessions"].words(1) == (
        "1 rendez-vous d’un patient que vous avez adressé est à replacer\u00a0: la séance est annulée"
    )
    approve(cascade, actor=coordinator)
    assert coordinator.pk not in waiting_for([coordinator.pk], asked)


def test_a_place_with_another_partner_takes_the_request_along(lost, psychiatry, coordinator):
    """Its letter is asked of who has seen the person; what happened before stays in its story."""
    visit = expected(lost, 0, priority=2)
    other, elsewhere_doctor = programme(name="Addictologie"), PractitionerFactory(kind="visiting")
    session(other, elsewhere_doctor, THURSDAY + timedelta(days=4), actor=coordinator, seats=2)
    approve(plan_of(lost, coordinator), actor=coordinator)
    accept_offer(SlotOffer.objects.get(), actor=coordinator)
    request = request_of(visit)
    assert (request.programme, request.state, request.owner) == (
        other,
        RequestState.BOOKED,
        other.triage_by,
    )
    event = request.events.get(verb="transferred")
    assert event.note.startswith(psychiatry.name)
    assert request.events.filter(verb="booked").exists()


def test_the_partner_reads_which_sessions_do_not_take_place(lost, psychiatry, doctor, coordinator):
    later = session(psychiatry, doctor, THURSDAY + WEEK, actor=coordinator)
    contact = PartnerContactFactory(partner=psychiatry.partner, confirms_sessions=True)
    PartnerContactFactory(partner=psychiatry.partner, name="Comptabilité")
    cancel_sessions([lost, later], "Grève", by="Nadine Obin", actor=coordinator)
    [told] = OutboxMessage.objects.filter(kind="session.called_off")
    assert (told.address, [one["start"] for one in told.payload["sessions"]]) == (
        contact.email,
        [lost.start_at.isoformat(), later.start_at.isoformat()],
    )
    body = find(told.kind).render([told], {}).text
    for words in ("jeudi 3 décembre 2026", "jeudi 10 décembre 2026", "14 h – 17 h"):
        assert words in body.replace("\xa0", " ").lower(), body
    point = point_of(contact, clock.now())
    assert [one["start"] for one in point["cancelled"]] == [one["start"] for one in told.payload["sessions"]]


def test_the_opening_of_a_session_is_cancelled_and_reopened_with_it_only(lost, doctor, coordinator, bureau):
    address = reverse("cancel_opening", args=[doctor.slug, lost.opening_id])
    assert "annulez-la sur sa page" in bureau.post(address, {"step": "save"}).content.decode()
    cancel_session(lost, "Grève", by="Nadine Obin", actor=coordinator)
    back = bureau.post(reverse("restore_opening", args=[doctor.slug, lost.opening_id]), follow=True)
    assert "pour que la convention la compte" in back.content.decode()
    lost.opening.refresh_from_db()
    assert lost.opening.cancelled_at is not None
