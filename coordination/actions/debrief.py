"""Debriefs: one for each visit that a trainee ends, signed by a supervisor; late ones are told once."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from appointments.followers import add_follower
from appointments.models import Appointment, Status
from appointments.models.supervision import rule_for, rules_of_supervision
from appointments.supervision import answering_for
from coordination import notifications_stays as notices
from coordination.models import Debrief
from coordination.stays import may_review, working_day_after
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from practitioners.models import Internship


class AlreadyReviewed(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette relecture est déjà signée."))


class NotHisToReview(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Seul un maître de stage de ce stage signe la relecture."))


def follow_visit(visit: Appointment) -> None:
    """A trainee's visit that ends is to be looked through; one whose end is taken back is not, unless it was signed."""
    if visit.status == Status.IN_PROGRESS:
        for row in Debrief.objects.filter(visit=visit, reviewed_at=None).select_related("visit"):
            row.delete()
            _end_reading(row, actor=None)
    if visit.status != Status.FULFILLED:
        return
    day = clock.local(visit.start_at).date()
    stay = Internship.objects.filter(intern=visit.practitioner_id, since__lte=day, until__gte=day).first()
    supervisor = answering_for([visit]).get(visit.pk) if stay else None
    if stay is None or supervisor is None:
        return
    rule = rule_for(rules_of_supervision(), stay.level, day)
    due = working_day_after(day, rule.review_days if rule else 0, visit.practitioner.centre)
    row, is_new = Debrief.objects.get_or_create(
        visit=visit, defaults={"stay": stay, "supervisor": supervisor, "due_on": due}
    )
    if is_new:
        record(None, "debrief.due", row, patient_id=visit.patient_id, due_on=due.isoformat())
        _begin_reading(row)


def _begin_reading(row: Debrief) -> None:
    """Who answers for what the trainee did takes part in the care until he has looked it through."""
    if row.visit.patient_id is None:
        return
    member, is_new = CareTeamMember.objects.get_or_create(
        patient_id=row.visit.patient_id,
        practitioner=row.supervisor,
        reason=Reason.SUPERVISION,
        until=None,
        defaults={"since": min(clock.today(), clock.local(row.visit.start_at).date())},
    )
    if is_new:
        record(
            None,
            "care_team.supervision",
            member,
            patient_id=member.patient_id,
            practitioner=member.practitioner_id,
        )


def _end_reading(row: Debrief, *, actor: User | None) -> None:
    """Unless another visit of this patient still waits for him. Until the evening of that day."""
    waiting = Debrief.objects.open().filter(supervisor=row.supervisor_id, visit__patient=row.visit.patient_id)
    if waiting.exists():
        return
    for member in CareTeamMember.objects.filter(
        patient=row.visit.patient_id, practitioner=row.supervisor_id, reason=Reason.SUPERVISION, until=None
    ):
        member.until = clock.today()
        member.save(update_fields=["until"])
        record(
            actor,
            "care_team.ended",
            member,
            patient_id=member.patient_id,
            practitioner=member.practitioner_id,
            until=member.until.isoformat(),
        )


@transaction.atomic
def sign_debrief(debrief: Debrief, comment: str, *, actor: User) -> Debrief:
    """Raises `NotHisToReview`, `AlreadyReviewed`. The trainee reads the comment."""
    row = Debrief.objects.select_for_update(of=("self",), no_key=True).get(pk=debrief.pk)
    if not may_review(actor, row):
        raise NotHisToReview
    if row.reviewed_at is not None:
        raise AlreadyReviewed
    row.reviewed_at, row.reviewed_by, row.comment = clock.now(), actor, comment.strip()
    row.save(update_fields=["reviewed_at", "reviewed_by", "comment"])
    record(actor, "debrief.signed", row, patient_id=row.visit.patient_id)
    _end_reading(row, actor=actor)
    return row


def escalate_debriefs() -> int:
    """Called by the clock, any number of times: who answered, the other supervisors and the coordinators hear once."""
    told = 0
    for pk in list(Debrief.objects.overdue().filter(escalated_at=None).values_list("pk", flat=True)):
        told += _escalate(pk)
    return told


@transaction.atomic
def _escalate(pk: int) -> int:
    row = (
        Debrief.objects.overdue()
        .filter(escalated_at=None)
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .filter(pk=pk)
        .first()
    )
    if row is None:
        return 0
    row.escalated_at = clock.now()
    row.save(update_fields=["escalated_at"])
    record(None, "debrief.overdue", row, patient_id=row.visit.patient_id)
    notices.overdue(row)
    return 1


add_follower(follow_visit)
