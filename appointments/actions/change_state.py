"""What becomes of a visit on its day: arrived, begun, finished, absent, excused; and the way back."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import Visitor
from appointments import caps, notifications
from appointments.actions.close_offer import drop_offers
from appointments.actions.offer_freed import offer_freed_on_commit
from appointments.followers import tell_followers
from appointments.models import Appointment, AppointmentSeries, Disruption, Status
from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.models.disruption import Outcome
from appointments.seating import take_seat
from appointments.series_progress import progress_of
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal


class Step(models.TextChoices):
    """The word of the address, and what the button says."""

    ARRIVE = "arrive", _("Arrivé")
    BEGIN = "commence", _("Commencer")
    FINISH = "termine", _("Terminer")
    # What nobody noted on the day: he came, and when is not known.
    SEEN = "vu", _("Vu")
    ABSENT = "absent", _("Absent")
    EXCUSE = "excuse", _("Excusé")
    UNDO = "revient", _("Annuler ce geste")


class Change(NamedTuple):
    before: Status
    after: Status
    stamp: str


# The whole table: what is not written here is refused. Undoing reads it backwards.
CHANGES: dict[Step, Change] = {
    Step.ARRIVE: Change(Status.BOOKED, Status.ARRIVED, "arrived_at"),
    Step.BEGIN: Change(Status.ARRIVED, Status.IN_PROGRESS, "begun_at"),
    Step.SEEN: Change(Status.BOOKED, Status.FULFILLED, ""),
    Step.FINISH: Change(Status.IN_PROGRESS, Status.FULFILLED, "finished_at"),
    Step.ABSENT: Change(Status.BOOKED, Status.NO_SHOW, ""),
    Step.EXCUSE: Change(Status.BOOKED, Status.CANCELLED, "excused_at"),
}
BACK = {change.after: change for change in CHANGES.values()}
# Nobody arrives yesterday; what was forgotten may still be closed.
LATER_TOO = frozenset({Step.FINISH, Step.SEEN, Step.ABSENT})


class WrongStep(Refusal):
    def __init__(self, appointment: Appointment) -> None:
        super().__init__(
            _("Ce rendez-vous est « %(state)s » : ce geste n’est pas possible. La liste vient d’être relue.")
            % {"state": appointment.get_status_display()}
        )


class NotToday(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce geste se fait le jour du rendez-vous."))


class NotYet(Refusal):
    def __init__(self) -> None:
        super().__init__(_("L’heure du rendez-vous n’est pas encore passée."))


class TimeGiven(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette heure a été donnée entre-temps. Prenez un nouveau rendez-vous."))


class PrescriptionUsed(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Toutes les séances de l’ordonnance sont prises, une autre a remplacé celle-ci. Annulez-en une d’abord."
            )
        )


def possible_steps(appointment: Appointment, now: datetime) -> list[Step]:
    """What the buttons of a line offer, the usual one first. Costs no query."""
    found = [step for step in Step if _refusal(appointment, step, now) is None]
    # On the day itself, who came arrives, begins and finishes.
    return [step for step in found if step != Step.SEEN or Step.ARRIVE not in found]


def change_state(appointment: Appointment, step: Step, *, actor: Visitor, note: str = "") -> Appointment:
    """One step of the table, or one back on the same day. A visitor without account may only arrive (check_in.py).

    Raises `WrongStep`, `NotToday`, `NotYet` or `TimeGiven`; nothing has changed then. « Excusé » gives the time back
    and confirms it to the patient; taking it back books anew and says so.
    """
    now = clock.now()
    with transaction.atomic():
        together = dict(_seen_together(appointment).values_list("pk", "practitioner_id"))
        lock("agenda", *together.values(), shared=True)
        if step in (Step.EXCUSE, Step.UNDO) and appointment.patient_id is not None:
            lock("patient", appointment.patient_id)
        rows = (
            Appointment.objects.select_for_update(of=("self",), no_key=True)
            .select_related("reason", "practitioner__centre", "place", "patient")
            .order_by("pk")
            .in_bulk(together)
        )
        appointment = rows.pop(appointment.pk)
        refusal = _refusal(appointment, step, now)
        if refusal is not None:
            raise refusal
        before = Status(appointment.status)
        _take_step(appointment, step, actor, note, now)
        for other in rows.values():
            if _is_shared(step, before) and other.status == before:
                _take_step(other, step, actor, note, now)
    return appointment


def _seen_together(appointment: Appointment) -> AppointmentQuerySet:
    """The visit and what other professionals add to it: the patient comes, stays away or is excused once."""
    lead = appointment.accompanies_id or appointment.pk
    return Appointment.objects.filter(Q(pk=lead) | Q(accompanies=lead))


def _is_shared(step: Step, before: Status) -> bool:
    """Each begins and finishes for himself."""
    if step == Step.UNDO:
        return before in (Status.ARRIVED, Status.NO_SHOW, Status.CANCELLED)
    return step in (Step.ARRIVE, Step.ABSENT, Step.EXCUSE)


def _take_step(appointment: Appointment, step: Step, actor: Visitor, note: str, now: datetime) -> None:
    before = appointment.status
    if step == Step.UNDO:
        _undo(appointment)
    else:
        _do(appointment, step, actor, note, now)
    record(
        actor,
        f"appointment.{appointment.status}" if step != Step.UNDO else "appointment.state_undone",
        appointment,
        patient_id=appointment.patient_id,
        reference=appointment.reference,
        before=str(before),
        after=str(appointment.status),
    )
    tell_followers(appointment)


def _refusal(appointment: Appointment, step: Step, now: datetime) -> Refusal | None:
    if step == Step.UNDO:
        excused = appointment.status != Status.CANCELLED or appointment.excused_at is not None
        if appointment.status not in BACK or not excused:
            return WrongStep(appointment)
    elif appointment.status != CHANGES[step].before:
        return WrongStep(appointment)
    day, today = clock.local(appointment.start_at).date(), clock.local(now).date()
    if day > today or (day < today and step not in LATER_TOO):
        return NotToday()
    if step in (Step.SEEN, Step.ABSENT) and appointment.start_at > now:
        return NotYet()
    return None


def _do(appointment: Appointment, step: Step, actor: Visitor, note: str, now: datetime) -> None:
    change = CHANGES[step]
    appointment.status = change.after
    fields = ["status"]
    if change.stamp:
        setattr(appointment, change.stamp, now)
        fields.append(change.stamp)
    if step == Step.EXCUSE:
        appointment.cancelled_at, appointment.cancelled_by_id = now, actor.pk
        appointment.cancel_note = note[:300]
        appointment.sequence += 1
        fields += ["cancelled_at", "cancelled_by", "cancel_note", "sequence"]
    appointment.save(update_fields=fields)
    if step == Step.EXCUSE:
        Disruption.objects.filter(appointment=appointment, settled_at=None).update(
            settled_at=now, settled_by=actor.pk, outcome=Outcome.CANCELLED
        )
        drop_offers([appointment.pk], actor=actor)
        offer_freed_on_commit(appointment.practitioner_id)
        notifications.cancelled(appointment, by_patient=True)


def _undo(appointment: Appointment) -> None:
    change = BACK[Status(appointment.status)]
    if change.after in (Status.NO_SHOW, Status.CANCELLED):
        _still_prescribed(appointment)
        _still_allowed(appointment)
    freed = appointment.status == Status.CANCELLED
    if freed:
        take_seat(appointment)
    appointment.status = change.before
    fields = ["status"]
    if change.stamp:
        setattr(appointment, change.stamp, None)
        fields.append(change.stamp)
    if freed:
        appointment.cancelled_at, appointment.cancelled_by, appointment.cancel_note = None, None, ""
        appointment.sequence += 1
        fields += ["cancelled_at", "cancelled_by", "cancel_note", "sequence"]
    try:
        with transaction.atomic():
            appointment.save(update_fields=fields)
    except IntegrityError as error:
        raise TimeGiven from error
    if freed:
        notifications.booked(appointment)


def _still_allowed(appointment: Appointment) -> None:
    """The same for what the law lets nobody exceed (caps.py)."""
    if appointment.patient is None:
        return
    full = caps.why_full(appointment.reason, appointment.patient, [appointment.start_at])
    if full is not None and not full.may_be_exceeded:
        raise full


def _still_prescribed(appointment: Appointment) -> None:
    """A session that had been given up counts again: only as long as the prescription has room for it."""
    if appointment.series_id is None:
        return
    series = AppointmentSeries.objects.select_for_update(no_key=True).get(pk=appointment.series_id)
    if not progress_of([series])[series.pk].left:
        raise PrescriptionUsed
