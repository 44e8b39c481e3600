"""A member's time is taken for a meeting, and given back. An absence of kind meeting: search and schedule know it."""

from __future__ import annotations

from accounts.models import User
from appointments.actions.declare_absence import declare_absence
from appointments.actions.withdraw_absence import withdraw_absence
from appointments.models import Absence, Appointment
from appointments.models.absence import AbsenceKind
from coordination.models import MeetingMember
from core import clock
from practitioners.models.practitioner import Kind


def take_time(member: MeetingMember, *, actor: User | None, displace: bool) -> list[int]:
    """Keys of the visits that join the worklist. Without `displace` nothing is taken where patients are expected."""
    meeting = member.meeting
    if member.absence_id is not None or member.practitioner.kind == Kind.CORRESPONDENT:
        return []
    if meeting.start_at <= clock.now():
        return []
    expected = Appointment.objects.coming().filter(
        practitioner=member.practitioner_id, start_at__lt=meeting.end_at, end_at__gt=meeting.start_at
    )
    if not displace and expected.exists():
        return []
    absence = Absence(
        practitioner_id=member.practitioner_id,
        kind=AbsenceKind.MEETING,
        start_at=meeting.start_at,
        end_at=meeting.end_at,
        note=meeting.title,
    )
    watched = declare_absence(absence, actor=actor)
    member.absence = absence
    member.save(update_fields=["absence"])
    return watched.stranded


def free_time(member: MeetingMember, *, actor: User | None) -> None:
    if member.absence is not None:
        absence, member.absence = member.absence, None
        member.save(update_fields=["absence"])
        withdraw_absence(absence, actor=actor)
