"""From an accepted request to the letter that comes back: who waits, who is invited, which letter is late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from accounts.models import User
from appointments.models import Appointment, Origin, Status
from coordination.models import Urgency
from core import clock
from core.refusal import Refusal
from msp_portal.demo.cast import Family
from partnerships.actions.intake_links import make_intake_link
from partnerships.actions.invite_to_choose import invite_to_choose
from partnerships.actions.plan_sessions import visit_reasons
from partnerships.actions.request_step import begin, move_on
from partnerships.actions.write_return_letter import write_letter
from partnerships.models import (
    AdvancedConsultation,
    ConsultationRequest,
    ConsultationSession,
    IntakeLink,
    NextStep,
    RequestOrigin,
    RequestSender,
    RequestState,
)
from patients.models import Patient
from patients.models.consent import Means
from practitioners.models import Practitioner

# Priority, days since it came in: some beyond what the programme aims at.
WAITING = ((1, 3), (2, 41), (2, 12), (3, 47), (3, 30), (3, 9), (4, 55), (4, 20))
QUESTIONS = (
    "Avis et suivi : fatigue et sommeil difficile depuis trois mois.",
    "Évaluation, le traitement en cours est mal supporté.",
    "Premier avis, à la demande de la personne.",
)


def receive(family: Family, accounts: dict[str, User]) -> None:
    """With the first programme that has a professional with an account; psychiatry where there is one."""
    coordinator, doctor = accounts["coordination@demo.example"], accounts["medecin@demo.example"]
    session = _session()
    if session is None:
        return
    programme, referrer = session.programme, Practitioner.objects.get(user=doctor)
    found = _people(referrer, programme, family)
    for (priority, days), patient in zip(WAITING, found, strict=False):
        _accept(programme, patient, referrer, coordinator, priority=priority, days=days)
    _invite(programme, found[len(WAITING) :][:2], referrer, coordinator)
    late = found[len(WAITING) + 2 :][:1]
    holder = session.practitioner
    for patient in late:
        request = _accept(programme, patient, referrer, coordinator, priority=2, days=60)
        _seen(request, holder, days=programme.return_letter_days + 10)
    request = _accept(programme, family.mother, referrer, coordinator, priority=2, days=35)
    _seen(request, holder, days=6)
    for patient in found[len(WAITING) + 3 :][:1]:
        _answer_outside(programme, patient, holder, coordinator)
    if holder.user is not None:
        said = {
            "dated_on": clock.today() - timedelta(days=1),
            "conclusion": "Reçue seule. Sommeil court et inquiétudes liées au travail, sans gravité.",
            "advice": "Pas de traitement pour l’instant. Exercices de respiration remis, arrêt des écrans le soir.",
            "next_step": NextStep.REFERRER,
            "is_shared": True,
        }
        write_letter(request, holder, said, actor=holder.user)


def _answer_outside(
    programme: AdvancedConsultation, patient: Patient, holder: Practitioner, coordinator: User
) -> None:
    """A doctor of the next village wrote by his link; the answer waits for him behind another one."""
    if not programme.takes_outside_referrals or holder.user is None:
        return
    link = IntakeLink(programme=programme, name="Dr Paul Verhaeghe, Estaires")
    make_intake_link(link, actor=coordinator)
    came = clock.now() - timedelta(days=40)
    request = ConsultationRequest(
        programme=programme,
        patient=patient,
        origin=RequestOrigin.OUTSIDE,
        question="Avis sur la suite du traitement.",
        consent_means=Means.ORAL,
        consent_on=clock.local(came).date(),
        created_at=came,
        state_since=came,
        state=RequestState.RECEIVED,
        received_at=came,
    )
    begin(request, by=None, verb="sent")
    RequestSender.objects.create(
        request=request, link=link, name="Dr Paul Verhaeghe", email="p.verhaeghe@cabinet.example"
    )
    request.priority = 3
    move_on(request, RequestState.ACCEPTED, by=coordinator, verb="accepted", at=came + timedelta(days=1))
    _seen(request, holder, days=9)
    said = {
        "dated_on": clock.today() - timedelta(days=2),
        "conclusion": "Traitement bien supporté, à poursuivre.",
        "next_step": NextStep.REFERRER,
    }
    write_letter(request, holder, said, actor=holder.user)


def _session() -> ConsultationSession | None:
    rows = ConsultationSession.objects.standing().filter(practitioner__user__isnull=False)
    rows = rows.select_related("programme__triage_by", "practitioner__user", "programme__partner")
    psychiatry = rows.filter(practitioner__user__email="psychiatre@demo.example")
    return psychiatry.order_by("start_at").first() or rows.order_by("start_at").first()


def _people(referrer: Practitioner, programme: AdvancedConsultation, family: Family) -> list[Patient]:
    """Grown-up patients of this doctor who can be written to and have asked for nothing here yet."""
    asked = programme.requests.values("patient")
    rows = Patient.objects.standing().filter(attending_doctor=referrer, deceased_on=None).exclude(email="")
    rows = rows.filter(birth_date__lte=clock.today() - timedelta(days=25 * 365))
    kin = [one.pk for one in (family.mother, family.child, family.toddler, family.father)]
    return list(rows.exclude(pk__in=asked).exclude(pk__in=kin).order_by("-pk")[: len(WAITING) + 4])


def _accept(
    programme: AdvancedConsultation,
    patient: Patient,
    referrer: Practitioner,
    coordinator: User,
    *,
    priority: int,
    days: int,
) -> ConsultationRequest:
    came = clock.now() - timedelta(days=days)
    request = ConsultationRequest(
        programme=programme,
        patient=patient,
        origin=RequestOrigin.HOUSE,
        requester=referrer,
        requester_profession=referrer.profession,
        written_by=referrer.user,
        question=QUESTIONS[days % len(QUESTIONS)],
        urgency=Urgency.URGENT if priority == 1 else Urgency.SOON if priority == 2 else Urgency.ROUTINE,
        consent_means=Means.ORAL,
        consent_on=clock.local(came).date(),
        state_since=came,
        created_at=came,
    )
    begin(request, by=referrer.user, verb="written")
    move_on(request, RequestState.RECEIVED, by=referrer.user, verb="sent", at=came)
    request.priority = priority
    accepted = min(came + timedelta(days=1), clock.now())
    move_on(request, RequestState.ACCEPTED, by=coordinator, verb="accepted", at=accepted)
    return request


def _invite(
    programme: AdvancedConsultation, people: Iterable[Patient], referrer: Practitioner, coordinator: User
) -> None:
    for number, patient in enumerate(people):
        request = _accept(programme, patient, referrer, coordinator, priority=2, days=50 + number)
        try:
            invite_to_choose(request, actor=coordinator)
        except Refusal:  # every seat is taken: he waits like the others
            return


def _seen(request: ConsultationRequest, holder: Practitioner, *, days: int) -> None:
    """A visit that took place, on a day that has gone by."""
    start, reason = _free_evening(holder, days), visit_reasons(request.programme, holder)[0]
    end = start + reason.duration
    request.appointment = Appointment.objects.create(
        status=Status.FULFILLED,
        practitioner=holder,
        reason=reason,
        patient=request.patient,
        place=request.programme.place,
        room=None,
        start_at=start,
        end_at=end,
        blocked_until=end,
        booked_at=start - timedelta(days=10),
        booked_by=request.programme.triage_by,
        origin=Origin.PHONE,
        arrived_at=start,
        begun_at=start,
        finished_at=end,
    )
    move_on(
        request,
        RequestState.BOOKED,
        by=request.programme.triage_by,
        verb="booked",
        at=start - timedelta(days=10),
    )
    move_on(request, RequestState.SEEN, by=None, verb="seen", at=end)


def _free_evening(holder: Practitioner, days: int) -> datetime:
    """Once the house has closed, on a day of work: no visit of the demonstration stands there."""
    day = clock.today() - timedelta(days=days)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    return clock.at(day, time(19, 15))
