"""A session fell away: everybody who was expected gets a line of a plan; the coordinator approves, or takes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from appointments.actions.close_offer import close
from appointments.actions.plan_cascade import draft
from appointments.actions.send_cascade import Way, send_cascade, undo_cascade
from appointments.models import Cascade, CascadeLine, Disruption, SlotOffer
from appointments.models.offer import OfferState
from appointments.waiting import FOLLOWED
from core import clock
from core.audit.record import record
from core.db import lock
from partnerships import notifications_session_cascade as notifications
from partnerships.models import (
    LOWEST,
    CancelledSession,
    ConsultationRequest,
    ConsultationSession,
    ExpectedPatient,
    RequestState,
)
from partnerships.models.request import AHEAD
from partnerships.session_cascade import expected_in, progress_of
from partnerships.session_places import STEPS, WITHIN_DAYS, SessionPlaces


class SessionWay(Way):
    """Openings for who is referred too; who is offered nothing reads where he stands, not that he may book."""

    audiences = FOLLOWED | SessionPlaces.audiences

    def lock_seats(self, practitioners: Collection[int]) -> None:
        """The contracts of several partners, as `seat_usher.take` locks them one by one: here all at once."""
        sessions = ConsultationSession.objects.standing().coming().filter(practitioner__in=practitioners)
        lock("seats", *set(sessions.order_by().values_list("programme__partner", flat=True)))

    def put_off(
        self, line: CascadeLine, cascade: Cascade, not_before: datetime, actor: AbstractBaseUser | None
    ) -> None:
        notifications.put_off(line, not_before=not_before)

    def take_back(self, line: CascadeLine) -> None:
        notifications.take_back(line.appointment)


WAY = SessionWay()


def open_cascade(sessions: Sequence[ConsultationSession], *, actor: User | None) -> Cascade | None:
    """In the transaction that cancels them: who was expected, his turn, and a first plan. None for nobody.

    What was offered in these sessions to others is taken back, and what other plans propose in them is marked.
    """
    _withdraw_offers(sessions, actor)
    troubles = _troubles(sessions)
    if not troubles:
        return None
    cascade = Cascade.objects.create(
        practitioner=sessions[0].practitioner,
        steps=[str(step) for step in STEPS],
        within_days=WITHIN_DAYS,
        made_by=actor,
    )
    CancelledSession.objects.bulk_create([CancelledSession(session=one, cascade=cascade) for one in sessions])
    requests = _requests(troubles, sessions)
    ExpectedPatient.objects.bulk_create(
        [_expected(cascade, trouble, sessions, requests) for trouble in troubles]
    )
    record(actor, "session_cascade.opened", cascade, patients=len(troubles))
    _draft(cascade, actor)
    return cascade


def plan_again(cascade: Cascade, *, actor: User) -> Cascade:
    """Anew for whoever has neither an answer to give nor a place; choices made by hand stay as they are."""
    with transaction.atomic():
        cascade = Cascade.objects.select_for_update(of=("self",), no_key=True).get(pk=cascade.pk)
        _draft(cascade, actor)
    return cascade


def approve(cascade: Cascade, *, actor: User) -> Counter[str]:
    """Nothing has left before. Raises `NothingToSend`; approving twice sends once."""
    return send_cascade(cascade, actor=actor, way=WAY)


def take_back(cascade: Cascade, *, actor: User) -> Cascade:
    """Until the first message leaves. Raises `AlreadyLeft`."""
    return undo_cascade(cascade, actor=actor, way=WAY)


def _draft(cascade: Cascade, actor: User | None) -> None:
    now = clock.now()
    expected = expected_in(cascade)
    rows = progress_of(cascade, now, expected).to_plan(now)
    draft(cascade, rows, STEPS, cascade.within_days, actor=actor, places=SessionPlaces(expected))


def _troubles(sessions: Sequence[ConsultationSession]) -> list[Disruption]:
    """Also those whom an absence had put on the worklist before; not those of another plan."""
    within = Q(pk__in=[])
    for one in sessions:
        within |= Q(
            appointment__practitioner=one.practitioner_id,
            appointment__start_at__lt=one.end_at,
            appointment__end_at__gt=one.start_at,
        )
    found = Disruption.objects.open().filter(within, expected=None)
    return list(found.select_related("appointment").order_by("appointment__start_at", "pk"))


def _expected(
    cascade: Cascade,
    trouble: Disruption,
    sessions: Sequence[ConsultationSession],
    requests: dict[int, ConsultationRequest],
) -> ExpectedPatient:
    visit = trouble.appointment
    request = requests.get(visit.pk)
    return ExpectedPatient(
        cascade=cascade,
        session=_session_of(trouble, sessions),
        disruption=trouble,
        request=request,
        priority=(request.priority if request is not None else None) or LOWEST,
        waiting_since=(request.received_at if request is not None else None)
        or visit.booked_at
        or trouble.since,
    )


def _session_of(trouble: Disruption, sessions: Sequence[ConsultationSession]) -> ConsultationSession:
    visit = trouble.appointment
    return next(
        one
        for one in sessions
        if one.practitioner_id == visit.practitioner_id
        and visit.start_at < one.end_at
        and visit.end_at > one.start_at
    )


def _requests(
    troubles: Sequence[Disruption], sessions: Sequence[ConsultationSession]
) -> dict[int, ConsultationRequest]:
    """By visit: the request that led to it, else the one that the patient has with this programme."""
    visits = [trouble.appointment for trouble in troubles]
    found = ConsultationRequest.objects.filter(
        Q(appointment__in=visits)
        | Q(
            patient__in=[visit.patient_id for visit in visits],
            programme__in={one.programme_id for one in sessions},
            state__in=AHEAD,
        )
    ).order_by("pk")
    by_visit = {one.appointment_id: one for one in found if one.appointment_id is not None}
    by_patient = {
        (one.patient_id, one.programme_id): one for one in found if one.state != RequestState.BOOKED
    }
    pairs = {
        trouble.appointment_id: by_visit.get(trouble.appointment_id)
        or by_patient.get((trouble.appointment.patient_id, _session_of(trouble, sessions).programme_id))
        for trouble in troubles
    }
    return {visit: request for visit, request in pairs.items() if request is not None}


def _withdraw_offers(sessions: Collection[ConsultationSession], actor: User | None) -> None:
    openings = [one.opening_id for one in sessions if one.opening_id is not None]
    for one in sessions:
        CascadeLine.objects.filter(
            sent_at=None,
            reason__practitioner=one.practitioner_id,
            start_at__gte=one.start_at,
            start_at__lt=one.end_at,
        ).update(was_taken=True)
    offers = SlotOffer.objects.filter(state=OfferState.SENT, held__opening__in=openings)
    for offer in offers.select_for_update(of=("self",), no_key=True).order_by("pk"):
        close(offer, OfferState.WITHDRAWN, actor)
