"""Approved by somebody, the plan of a session that fell away is followed until each one has come to his end."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse

from appointments.actions.accept_offer import accept_offer
from appointments.actions.cancel import cancel
from appointments.actions.decline_offer import decline_offer
from appointments.actions.send_cascade import AlreadyLeft, NothingToSend
from appointments.models import Appointment, CascadeLine, SlotOffer, Status, WaitingRequest
from coordination.digest import item_kinds, waiting_for
from core import clock
from core.outbox.models import OutboxMessage, State
from core.outbox.registry import find
from partnerships.actions.carry_on import carry_on_all
from partnerships.actions.change_session import cancel_session, cancel_sessions
from partnerships.actions.session_cascade import approve, take_back
from partnerships.models import RequestState
from partnerships.partner_point import point_of
from partnerships.session_cascade import ENDED, TO_DO, UNDER_WAY, Fate, progress_of
from practitioners.models import Practitioner
from tests.factories.accounts import UserFactory
from tests.factories.partnerships import PartnerContactFactory
from tests.factories.partnerships_session_cascade import expected, programme, request_of, session
from tests.factories.practitioners import PractitionerFactory
from tests.partnerships.session_cascade.conftest import THURSDAY, WEEK, fates, leave, plan_of

pytestmark = pytest.mark.django_db


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
