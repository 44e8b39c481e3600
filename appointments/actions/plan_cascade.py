"""A plan for everybody whom an absence touches: drafted whole, changed line by line. Nobody is told yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from appointments.cascade import Proposal, propose
from appointments.cascade_places import Given, Places
from appointments.cascade_progress import Row, progress_of
from appointments.models import Absence, Cascade, CascadeLine, VisitReason
from appointments.models.cascade import Step
from appointments.waiting import rule_of
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal


class LineSent(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette proposition est déjà envoyée. Attendez la réponse, ou appelez le patient."))


class TimeTwice(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette heure est déjà prévue pour un autre patient. Choisissez-en une autre."))


def plan_cascade(
    absence: Absence, steps: Sequence[Step], within_days: int, *, actor: AbstractBaseUser
) -> Cascade:
    """Draft anew for whoever has neither an answer to give nor a time; choices made by hand stay as they are."""
    with transaction.atomic():
        cascade, _made = Cascade.objects.select_for_update(no_key=True).get_or_create(
            absence=absence,
            defaults={"practitioner_id": absence.practitioner_id, "steps": steps, "made_by_id": actor.pk},
        )
        draft(cascade, progress_of(absence, cascade).to_plan, steps, within_days, actor=actor)
    return cascade


def draft(
    cascade: Cascade,
    rows: Sequence[Row],
    steps: Sequence[Step],
    within_days: int,
    *,
    actor: AbstractBaseUser | None,
    places: Places | None = None,
) -> None:
    """Inside a transaction that holds the cascade: a line for each of these, but for those chosen by hand."""
    # One plan at a time: what another one proposes, this one does not.
    lock("cascade plans", 0)
    cascade.steps, cascade.within_days = list(steps), within_days
    cascade.save(update_fields=["steps", "within_days"])
    chosen = set(cascade.lines.filter(by_hand=True, sent_at=None).values_list("appointment", flat=True))
    rows = [row for row in rows if row.appointment.pk not in chosen]
    cascade.lines.filter(appointment__in=[row.appointment for row in rows]).delete()
    proposals = propose(
        [row.appointment for row in rows],
        steps,
        within_days=within_days,
        now=clock.now(),
        rule=rule_of(cascade.practitioner.centre_id),
        given=given_by(spoken_for()),
        places=places,
    )
    CascadeLine.objects.bulk_create([_line(cascade, one) for one in proposals])
    record(
        actor,
        "cascade.planned",
        cascade,
        steps=[str(step) for step in steps],
        within_days=within_days,
        lines=len(proposals),
    )


def spoken_for(but: CascadeLine | None = None) -> list[CascadeLine]:
    """What any plan proposes already, its own choices by hand and those of other plans."""
    drafts = CascadeLine.objects.filter(sent_at=None, start_at__gt=clock.now()).select_related("reason")
    return list(drafts.exclude(pk=but.pk) if but is not None else drafts)


def given_by(lines: Sequence[CascadeLine]) -> list[Given]:
    """The times that these lines keep for their own patients. Lines come with their reason."""
    return [
        (
            line.reason.practitioner_id,
            line.start_at,
            line.start_at + line.reason.duration + line.reason.buffer,
        )
        for line in lines
        if line.reason is not None and line.start_at is not None
    ]


def change_line(
    line: CascadeLine,
    step: Step,
    *,
    actor: AbstractBaseUser,
    reason: VisitReason | None = None,
    start_at: datetime | None = None,
) -> CascadeLine:
    """Another proposal for one patient, by hand. Raises `LineSent` or `TimeTwice`."""
    with transaction.atomic():
        line = CascadeLine.objects.select_for_update(of=("self",), no_key=True).get(pk=line.pk)
        if line.sent_at is not None:
            raise LineSent
        line.step, line.reason, line.start_at = step, reason, start_at
        line.by_hand, line.was_taken = True, False
        try:
            with transaction.atomic():
                line.save(update_fields=["step", "reason", "start_at", "by_hand", "was_taken"])
        except IntegrityError as error:
            raise TimeTwice from error
        record(actor, "cascade.changed", line.cascade, appointment=line.appointment_id, step=str(step))
    return line


def _line(cascade: Cascade, proposal: Proposal) -> CascadeLine:
    slot = proposal.slot
    return CascadeLine(
        cascade=cascade,
        appointment=proposal.appointment,
        step=proposal.step,
        reason=slot.reason if slot else None,
        start_at=slot.start_at if slot else None,
    )
