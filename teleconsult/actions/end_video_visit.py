"""The end of a visit by video: given, missed, or carried on by telephone; and the word to the attending doctor."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.actions.change_state import Step, change_state, possible_steps
from appointments.models import Appointment
from coordination.actions.write_note import Address, Words, write_note
from coordination.models import NoteKind
from coordination.note_access import colleagues_of
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from practitioners.models import Practitioner
from teleconsult.actions.admit import VisitOver
from teleconsult.models import VideoState, VideoVisit


class NeverBegun(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Personne n’est entré : choisissez « Patient absent », ou annulez le rendez-vous.")
        )


class TooEarly(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("L’heure du rendez-vous n’est pas encore passée : attendez avant de noter l’absence.")
        )


def interrupt(visit: VideoVisit, *, by: User) -> VideoVisit:
    """« Je vous rappelle »: the picture is gone, the visit goes on by telephone. Twice is once."""
    now = clock.now()
    with transaction.atomic():
        visit = _locked(visit)
        if visit.state == VideoState.INTERRUPTED:
            return visit
        if not visit.is_open:
            raise VisitOver
        visit.state, visit.interrupted_at = VideoState.INTERRUPTED, now
        visit.started_at = visit.started_at or now
        visit.save(update_fields=["state", "interrupted_at", "started_at"])
        _note("interrupted", visit, by)
    return visit


def finish(visit: VideoVisit, *, by: User) -> VideoVisit:
    """It took place. Twice is once. Raises `NeverBegun`, `VisitOver`."""
    with transaction.atomic():
        visit = _locked(visit)
        if visit.state == VideoState.DONE:
            return visit
        if not visit.is_open:
            raise VisitOver
        if visit.started_at is None:
            raise NeverBegun
        _close(visit, VideoState.DONE, by)
        for one in _appointments(visit):
            for step in (Step.ARRIVE, Step.BEGIN, Step.FINISH):
                _step(one.pk, step, by)
    return visit


def note_missed(visit: VideoVisit, *, by: User) -> VideoVisit:
    """Nobody came. Raises `TooEarly`, and `VisitOver` where it has begun meanwhile."""
    now = clock.now()
    with transaction.atomic():
        visit = _locked(visit)
        if visit.state == VideoState.MISSED:
            return visit
        if not visit.is_open or visit.started_at is not None:
            raise VisitOver
        if visit.appointment.start_at > now:
            raise TooEarly
        _close(visit, VideoState.MISSED, by)
        _step(visit.appointment_id, Step.ABSENT, by)
    return visit


def write_report(visit: VideoVisit, text: str, author: Practitioner, *, by: User) -> bool:
    """To the record, named to the attending doctor where he works here. False where one is there already."""
    patient = visit.appointment.patient
    if patient is None:
        return False
    with transaction.atomic():
        visit = _locked(visit)
        if visit.report_id is not None:
            return False
        team = colleagues_of(patient, author)
        named = [one.practitioner for one in team if one.practitioner.pk == patient.attending_doctor_id]
        visit.report = write_note(
            patient,
            author,
            Words(text.strip()),
            actor=by,
            kind=NoteKind.OBSERVATION,
            address=Address(team, for_team=True, named=named),
        )
        visit.save(update_fields=["report"])
        _note("reported", visit, by)
    return True


def _locked(visit: VideoVisit) -> VideoVisit:
    """The agenda, the appointment, the visit: in the order of whoever changes the appointment."""
    lock("agenda", visit.appointment.practitioner_id, shared=True)
    Appointment.objects.select_for_update(of=("self",), no_key=True).get(pk=visit.appointment_id)
    rows = VideoVisit.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("appointment__patient").get(pk=visit.pk)


def _close(visit: VideoVisit, state: VideoState, by: User) -> None:
    visit.state, visit.ended_at, visit.ended_by = state, clock.now(), by
    visit.save(update_fields=["state", "ended_at", "ended_by"])
    _note(str(state), visit, by)


def _appointments(visit: VideoVisit) -> list[Appointment]:
    """That of the visit, and those of whoever receives through the same screen; the nurse ends hers herself."""
    shared = visit.appointment.companions.active().filter(place_kind=visit.appointment.place_kind)
    return [visit.appointment, *shared.order_by("pk")]


def _step(key: int, step: Step, by: User) -> None:
    """As far as the agenda allows it: what somebody noted there by hand stays."""
    appointment = Appointment.objects.get(pk=key)
    if step in possible_steps(appointment, clock.now()):
        change_state(appointment, step, actor=by)


def _note(what: str, visit: VideoVisit, by: User) -> None:
    record(by, f"video_visit.{what}", visit, patient_id=visit.appointment.patient_id, minutes=visit.minutes)
