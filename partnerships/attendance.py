"""Who is expected in a session, and what each visit has become. Reads, never writes; nothing clinical."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appointments.actions.change_state import Step, possible_steps
from appointments.models import ACTIVE_STATES, Appointment, Status
from partnerships.models import ConsultationRequest, ConsultationSession, ProgrammeReason, ReasonKind

CAME = (Status.ARRIVED, Status.IN_PROGRESS, Status.FULFILLED)


class Presence(models.TextChoices):
    """One tap each: the word of the address, and what the button says."""

    ARRIVED = "arrive", _("Arrivé")
    SEEN = "vu", _("Vu")
    ABSENT = "absent", _("Absent")
    EXCUSED = "excuse", _("Excusé")
    UNDO = "revient", _("Annuler ce geste")


@dataclass(frozen=True)
class Expected:
    """One person of a session. `kind`: first visit or follow-up, in words."""

    visit: Appointment
    kind: str
    request: ConsultationRequest | None
    gestures: list[Presence]


def possible(visit: Appointment, now: datetime) -> list[Presence]:
    """What may be noted now, the usual first. Costs no query."""
    steps = possible_steps(visit, now)
    is_here = visit.status in (Status.ARRIVED, Status.IN_PROGRESS)
    found = {
        Presence.ARRIVED: Step.ARRIVE in steps,
        Presence.SEEN: is_here or bool({Step.ARRIVE, Step.SEEN}.intersection(steps)),
        Presence.ABSENT: Step.ABSENT in steps,
        Presence.EXCUSED: Step.EXCUSE in steps,
        Presence.UNDO: Step.UNDO in steps,
    }
    return [presence for presence, may in found.items() if may]


def expected(sessions: Sequence[ConsultationSession], now: datetime) -> dict[int, list[Expected]]:
    """By session, in the order of their hours, who excused himself included. Two queries, however many sessions.

    Like the seats: whoever is seen by this professional then belongs to it, whatever way he was booked.
    """
    kinds = _kinds(sessions)
    found: dict[int, list[Expected]] = {session.pk: [] for session in sessions}
    for visit in _visits(sessions) if sessions else []:
        session = next((one for one in sessions if is_expected(visit, one)), None)
        if session is not None:
            request = getattr(visit, "consultation_request", None)
            line = Expected(visit, kinds.get(visit.reason_id, ""), request, possible(visit, now))
            found[session.pk].append(line)
    return found


def is_expected(visit: Appointment, session: ConsultationSession) -> bool:
    """In a cancelled session nobody is seen: there it is who was."""
    if session.cancelled_at is not None:
        return session.opening_id is not None and visit.opening_id == session.opening_id
    is_within = session.start_at <= visit.start_at < session.end_at
    return visit.practitioner_id == session.practitioner_id and is_within


def _visits(sessions: Sequence[ConsultationSession]) -> models.QuerySet[Appointment]:
    shown = Q(status__in=ACTIVE_STATES) | Q(status=Status.CANCELLED, excused_at__isnull=False)
    people = ("patient__pseudonym", "reason", "consultation_request__requester__profession", "practitioner")
    rows = Appointment.objects.filter(
        shown,
        practitioner__in={session.practitioner_id for session in sessions},
        start_at__gte=min(session.start_at for session in sessions),
        start_at__lt=max(session.end_at for session in sessions),
        patient__isnull=False,
    )
    return rows.select_related(*people, "consultation_request__requester_profession").order_by(
        "start_at", "pk"
    )


def _kinds(sessions: Sequence[ConsultationSession]) -> dict[int, str]:
    """The reasons of these programmes, said as what they are: their own names may tell the illness."""
    programmes = {session.programme_id for session in sessions}
    rows = ProgrammeReason.objects.filter(programme__in=programmes, visit_reasons__isnull=False).order_by(
        "pk"
    )
    return {reason: str(ReasonKind(kind).label) for reason, kind in rows.values_list("visit_reasons", "kind")}


def presences(lines: Sequence[Expected]) -> dict[str, int]:
    """How many were seen, stayed away, excused themselves, and of how many nobody noted anything."""
    counts = Counter(_presence(line.visit) for line in lines)
    return {name: counts[name] for name in ("seen", "absent", "excused", "unmarked")}


def _presence(visit: Appointment) -> str:
    if visit.status in CAME:
        return "seen"
    return {Status.NO_SHOW: "absent", Status.CANCELLED: "excused"}.get(Status(visit.status), "unmarked")
