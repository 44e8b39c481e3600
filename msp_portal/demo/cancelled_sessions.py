"""A partner who does not come: a session cancelled yesterday whose plan waits for approval, and one half-way."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import time, timedelta

from accounts.models import User
from appointments.actions.accept_offer import accept_offer
from appointments.actions.decline_offer import decline_offer
from appointments.models import Appointment, Cascade, Origin, SlotOffer, Status
from appointments.models.offer import OfferState
from core import clock
from core.refusal import Refusal
from msp_portal.demo.visits import Diary
from msp_portal.demo.waiting import name_holds
from partnerships.actions.carry_on import carry_on
from partnerships.actions.change_session import cancel_session
from partnerships.actions.plan_sessions import add_session
from partnerships.actions.request_step import begin, move_on
from partnerships.actions.session_cascade import approve
from partnerships.models import (
    AdvancedConsultation,
    CancelledSession,
    ConsultationRequest,
    ConsultationSession,
    RequestOrigin,
    RequestState,
)
from partnerships.models.request import AHEAD
from patients.models import Patient
from patients.models.consent import Means

# Priority (none: booked without a request) and for how many days each has waited.
EXPECTED = ((1, 9), (2, 41), (2, 20), (3, 63), (None, 12))
HALF_WAY = ((1, 15), (2, 33), (2, 26), (4, 70))
A_DAY = timedelta(days=1)
SOON = 40  # days


def fall_away(diary: Diary, everybody: list[Patient], accounts: dict[str, User]) -> None:
    """Sessions of dates of their own, so that no other session is touched, where a contract has room for them."""
    coordinator = accounts["coordination@demo.example"]
    for model in _models():
        half_way = _session(model, 8, coordinator)
        if half_way is None:
            continue
        people = _unknown_to(model.programme, diary, everybody)
        contact = model.programme.partner.contacts.order_by("pk").first()
        who = contact.name if contact is not None else model.programme.partner.name
        _expect_all(diary, half_way, HALF_WAY, people, coordinator)
        cancel_session(half_way, "Formation obligatoire", by=who, actor=coordinator)
        fallen = [half_way]
        # Its half-day is free again for the second one.
        if (waits := _session(model, 11, coordinator)) is not None:
            _expect_all(diary, waits, EXPECTED, people, coordinator)
            cancel_session(waits, "Absence de dernière minute", by=who)
            fallen.append(waits)
        at = clock.now() - A_DAY
        ConsultationSession.objects.filter(pk__in=[one.pk for one in fallen]).update(cancelled_at=at)
        Cascade.objects.filter(cancelled_sessions__session__in=fallen).update(made_at=at)
        _answer(diary, half_way, coordinator)
        return


def _models() -> list[ConsultationSession]:
    """The next session of each programme."""
    coming = (
        ConsultationSession.objects.standing()
        .coming()
        .select_related("programme__partner", "programme__category", "programme__place", "practitioner")
    )
    rows = coming.order_by("programme__name", "programme_id", "start_at", "pk").distinct(
        "programme__name", "programme_id"
    )
    return list(rows)


def _expect_all(
    diary: Diary,
    session: ConsultationSession,
    expected: Iterable[tuple[int | None, int]],
    people: list[Patient],
    coordinator: User,
) -> None:
    for number, (priority, days) in enumerate(expected):
        if people:
            _expect(diary, session, people.pop(), number, priority, days, coordinator)


def _unknown_to(programme: AdvancedConsultation, diary: Diary, everybody: list[Patient]) -> list[Patient]:
    asking = ConsultationRequest.objects.filter(programme=programme, state__in=AHEAD)
    known = set(asking.values_list("patient", flat=True))
    reached = [
        one for one in everybody if one.email and one.pk not in known and one.age_on(clock.today()) >= 18
    ]
    return diary.rng.sample(reached, min(len(reached), len(EXPECTED) + len(HALF_WAY)))


def _session(model: ConsultationSession, in_days: int, coordinator: User) -> ConsultationSession | None:
    """On the first free working afternoon from that day on, within a few weeks."""
    first = clock.today() + timedelta(days=in_days)
    for day in (first + timedelta(days=number) for number in range(SOON)):
        if day.weekday() >= 5:
            continue
        session = ConsultationSession(
            programme=model.programme,
            practitioner=model.practitioner,
            start_at=clock.at(day, time(14)),
            end_at=clock.at(day, time(17, 30)),
            seats=6,
        )
        # Who was expected in a session that fell away keeps his hour until the plan is approved.
        kept = Appointment.objects.active().filter(
            practitioner=model.practitioner, start_at__lt=session.end_at, end_at__gt=session.start_at
        )
        if kept.exists():
            continue
        with suppress(Refusal):
            return add_session(session, actor=coordinator)
    return None


def _expect(
    diary: Diary,
    session: ConsultationSession,
    patient: Patient,
    number: int,
    priority: int | None,
    days: int,
    coordinator: User,
) -> None:
    """A triaged request and its visit; whoever has none was booked at the desk."""
    reason = session.programme.reasons.get(kind="follow_up").visit_reasons.get(
        practitioner=session.practitioner
    )
    start_at = session.start_at + number * reason.duration
    reference, request_id = diary.identity()
    since = clock.now() - timedelta(days=days)
    visit = Appointment.objects.create(
        status=Status.BOOKED,
        practitioner=session.practitioner,
        reason=reason,
        patient=patient,
        place=session.programme.place,
        opening=session.opening,
        start_at=start_at,
        end_at=start_at + reason.duration,
        blocked_until=start_at + reason.duration + reason.buffer,
        origin=Origin.DESK,
        booked_at=max(since, clock.now() - timedelta(days=10)),
        booked_by=coordinator,
        reference=reference,
        request_id=request_id,
    )
    if priority is None:
        return
    request = ConsultationRequest(
        programme=session.programme,
        patient=patient,
        origin=RequestOrigin.SELF,
        consent_means=Means.ORAL,
        consent_on=clock.local(since).date(),
        question="Demande de rendez-vous.",
        created_at=since,
        state_since=since,
    )
    begin(request, by=coordinator, verb="written")
    request.priority, request.received_at = priority, since
    for state in (RequestState.RECEIVED, RequestState.ACCEPTED):
        move_on(request, state, by=coordinator, verb=state, at=since)
    request.appointment = visit
    move_on(request, RequestState.BOOKED, by=coordinator, verb="booked")


def _answer(diary: Diary, session: ConsultationSession, coordinator: User) -> None:
    """Approved: one has said yes, one no, the others have not answered yet."""
    lost = CancelledSession.objects.filter(session=session).select_related("cascade").first()
    if lost is None:
        return
    cascade = lost.cascade
    approve(cascade, actor=coordinator)
    # The minute in which all could be taken back is over.
    Cascade.objects.filter(pk=cascade.pk).update(leaves_at=clock.now() - timedelta(hours=3))
    offers = SlotOffer.objects.filter(state=OfferState.SENT, replaces__cascade_lines__cascade=cascade)
    for offer, say in zip(
        list(offers.order_by("start_at", "pk")), (accept_offer, decline_offer), strict=False
    ):
        say(offer, actor=coordinator)
    carry_on(cascade.pk)
    name_holds(diary)
