"""Who waits for a place, an offer in flight, and the leave whose patients are half replaced."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from appointments.actions.accept_offer import accept_offer
from appointments.actions.ask_waiting import ask_waiting
from appointments.actions.decline_offer import decline_offer
from appointments.actions.offer_slot import offer_slot
from appointments.actions.plan_cascade import plan_cascade
from appointments.actions.send_cascade import send_cascade
from appointments.cascade import USUAL_STEPS
from appointments.models import (
    Absence,
    Appointment,
    Origin,
    SlotOffer,
    Status,
    WaitingListRule,
    WaitingRequest,
)
from appointments.models.offer import OfferState
from appointments.models.waiting import Half, Priority, RequestState
from appointments.waiting import Times, suiting
from core import clock
from msp_portal.demo.events import falls_in_leave
from msp_portal.demo.house import House
from msp_portal.demo.visits import Diary
from patients.models import Patient

MONTH = timedelta(days=30)
# On Saturday afternoon nobody receives: these go on waiting.
SATURDAY = 5
# Whose practice, how many days ago asked, before whom and why.
WAITING = (
    ("kine", 12, Priority.NORMAL, ""),
    ("orthophoniste", 9, Priority.RAISED, "demandé par le médecin traitant"),
    ("infirmiere", 5, Priority.NORMAL, ""),
    ("medecin", 3, Priority.NORMAL, ""),
)
PAST_ANSWERS = (OfferState.DECLINED, OfferState.EXPIRED, OfferState.EXPIRED)


def wait(diary: Diary, everybody: list[Patient], mother: Patient, accounts: dict[str, User]) -> None:
    """Four people wait for a Saturday afternoon, one rests after three offers, and patiente@ has an offer to answer."""
    WaitingListRule.objects.create(centre=diary.house.centre)
    secretary = accounts["secretariat@demo.example"]
    known = [patient for patient in everybody if patient.phone]
    chosen = diary.rng.sample(known, min(len(known), len(WAITING) + 1))
    for patient, (name, days, priority, note) in zip(chosen, WAITING, strict=False):
        request = _request(diary.house, name, patient, days, weekdays=[SATURDAY], half=Half.AFTERNOON)
        request.priority, request.priority_note = priority, note
        ask_waiting(request, [diary.house.member(f"{name}@demo.example").row], actor=secretary, at_once=False)
    if len(chosen) > len(WAITING):
        _rests(diary, chosen[-1], secretary)
    _in_flight(diary, mother, accounts)


def _request(house: House, name: str, patient: Patient, days: int, **wish: object) -> WaitingRequest:
    reason, _spec = house.member(f"{name}@demo.example").reasons[0]
    today = clock.today()
    return WaitingRequest(
        patient=patient,
        category=reason.category,
        first_day=today,
        last_day=today + MONTH,
        origin=Origin.PHONE,
        created_at=clock.now() - timedelta(days=days, hours=days),
        **wish,
    )


def _rests(diary: Diary, patient: Patient, secretary: User) -> None:
    """Three places, no yes: the list is silent until the person says that he still waits."""
    request = _request(diary.house, "medecin2", patient, 16)
    member = diary.house.member("medecin2@demo.example")
    ask_waiting(request, [member.row], actor=secretary, at_once=False)
    reason, _spec = member.reasons[0]
    noon = clock.day_bounds(clock.today())[0] + timedelta(hours=12)
    for number, state in enumerate(PAST_ANSWERS):
        sent_at = _on_a_weekday(noon - timedelta(days=13 - 3 * number))
        SlotOffer.objects.create(
            request=request,
            patient=patient,
            practitioner=member.row,
            reason=reason,
            start_at=_on_a_weekday(sent_at + timedelta(days=1)),
            end_at=_on_a_weekday(sent_at + timedelta(days=1)) + reason.duration,
            sent_at=sent_at,
            expires_at=sent_at + timedelta(minutes=30),
            state=state,
            answered_at=sent_at + timedelta(minutes=30 if state == OfferState.EXPIRED else 8),
        )
    WaitingRequest.objects.filter(pk=request.pk).update(state=RequestState.PAUSED, notices=len(PAST_ANSWERS))


def _on_a_weekday(moment: datetime) -> datetime:
    """The same, or the Monday after."""
    weekday = clock.local(moment).weekday()
    return moment + timedelta(days=7 - weekday if weekday >= SATURDAY else 0)


def _in_flight(diary: Diary, mother: Patient, accounts: dict[str, User]) -> None:
    """An earlier time for her visit, kept for a day so that a visitor of the demonstration finds it."""
    visits = (
        Appointment.objects.coming().filter(patient=mother, series=None).select_related("reason__category")
    )
    current = visits.order_by("-start_at").first()
    if current is None:
        return
    request = WaitingRequest(
        patient=mother,
        category=current.reason.category,
        first_day=clock.today(),
        last_day=clock.local(current.start_at).date(),
        current=current,
        only_earlier=True,
        created_at=clock.now() - timedelta(days=2),
    )
    ask_waiting(request, [current.practitioner], actor=accounts["patiente@demo.example"], at_once=False)
    free = [
        slot for slot in suiting(request, now=diary.now) if slot.start_at > diary.now + timedelta(hours=28)
    ]
    if free:
        times = Times(diary.now, diary.now + timedelta(hours=24))
        offer_slot(free[0].reason, free[0].start_at, times=times, request=request)
        name_holds(diary)


def replace_leave(diary: Diary, accounts: dict[str, User]) -> None:
    """The coordinator has written to everybody: one said yes, one no, and the rest of the list is prepared."""
    leave = falls_in_leave(diary.house)
    absence = Absence.objects.filter(practitioner=leave[0], start_at=leave[1]).first() if leave else None
    if absence is None:
        return
    actor = accounts["coordination@demo.example"]
    cascade = plan_cascade(absence, USUAL_STEPS, 21, actor=actor)
    lines = list(cascade.lines.order_by("appointment__start_at", "pk"))
    later = [line.pk for line in lines[len(lines) * 2 // 3 :]]
    cascade.lines.filter(pk__in=later).delete()
    if cascade.lines.exists():
        send_cascade(cascade, actor=actor)
    offers = list(
        SlotOffer.objects.filter(state=OfferState.SENT, replaces__isnull=False).order_by("start_at")
    )
    if len(offers) > 2:
        accept_offer(offers[0], actor=actor)
        decline_offer(offers[1], actor=actor)
    plan_cascade(absence, USUAL_STEPS, 21, actor=actor)
    name_holds(diary)


def name_holds(diary: Diary) -> None:
    """References and request numbers are drawn, so that the same seed gives the same."""
    for held in Appointment.objects.filter(
        status__in=[Status.HELD, Status.LAPSED], holder__startswith="offer-"
    ).order_by("practitioner__slug", "start_at", "pk"):
        held.reference, held.request_id = diary.identity()
        held.save(update_fields=["reference", "request_id"])
