"""What the team will speak about: put on the agenda, ordered, taken off; the patient is told, and may say no."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination import meeting_messages
from coordination.models import ItemConsent, ItemState, MeetingItem, MeetingState, TeamMeeting
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from patients.models import Consent, Patient
from patients.models.consent import Decision, Means
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind


class AlreadyOnAgenda(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette personne est déjà à l’ordre du jour : complétez le point qui existe."))


class PatientOpposes(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _("Cette personne s’oppose à ce que l’équipe échange à son sujet : son cas n’est pas discuté.")
        )


class AgendaClosed(Refusal):
    def __init__(self) -> None:
        super().__init__(_("L’ordre du jour de cette réunion est clos."))


class NobodyFromOutside(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cet accord concerne un participant extérieur invité à la réunion."))


def next_meeting(kind: str) -> TeamMeeting | None:
    now = clock.now()
    return TeamMeeting.objects.coming(now).filter(kind=kind).order_by("start_at", "pk").first()


def add_item(
    actor: User,
    *,
    kind: str,
    question: str,
    patient: Patient | None = None,
    meeting: TeamMeeting | None = None,
    wanted: Sequence[Practitioner] = (),
    documents: str = "",
    minutes: int = 10,
) -> MeetingItem:
    """For that meeting, else for the next of its kind; without one it waits. Access to the patient is the caller's."""
    with transaction.atomic():
        lock("meeting-agenda", 0)
        if patient is not None:
            lock("patient", patient.pk)
            _refuse_twice(patient, kind)
        meeting = meeting or next_meeting(kind)
        if meeting is not None and meeting.state not in (MeetingState.PLANNED, MeetingState.OPEN):
            raise AgendaClosed
        item = MeetingItem.objects.create(
            meeting=meeting,
            kind=kind,
            patient=patient,
            question=question,
            documents=documents,
            minutes=minutes,
            position=_last(meeting) + 1 if meeting else 0,
            proposed_by=actor,
        )
        item.wanted.set(wanted)
        record(actor, "meeting.item_added", item, patient_id=item.patient_id, meeting=item.meeting_id)
        _inform([item])
    return item


def edit_item(
    item: MeetingItem,
    *,
    actor: User,
    question: str,
    documents: str,
    minutes: int,
    wanted: Sequence[Practitioner],
) -> MeetingItem:
    with transaction.atomic():
        item = _standing(item.pk)
        item.question, item.documents, item.minutes = question, documents, minutes
        item.save(update_fields=["question", "documents", "minutes"])
        item.wanted.set(wanted)
        record(actor, "meeting.item_changed", item, patient_id=item.patient_id)
    return item


def withdraw_item(item: MeetingItem, *, actor: User) -> MeetingItem:
    with transaction.atomic():
        item = MeetingItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
        if item.state == ItemState.WITHDRAWN:
            return item
        if item.state == ItemState.DISCUSSED:
            raise AgendaClosed
        item.state = ItemState.WITHDRAWN
        item.save(update_fields=["state"])
        record(actor, "meeting.item_withdrawn", item, patient_id=item.patient_id)
    return item


def set_minutes(item: MeetingItem, minutes: int, *, actor: User) -> MeetingItem:
    with transaction.atomic():
        item = _standing(item.pk)
        item.minutes = minutes
        item.save(update_fields=["minutes"])
        record(actor, "meeting.item_changed", item, patient_id=item.patient_id, minutes=minutes)
    return item


def shift_item(item: MeetingItem, *, up: bool, actor: User) -> None:
    """One place earlier or later; at the end of the list nothing happens."""
    with transaction.atomic():
        assert item.meeting_id is not None
        lock("meeting", item.meeting_id)
        rows = list(MeetingItem.objects.standing().filter(meeting=item.meeting_id).order_by("position", "pk"))
        keys = [row.pk for row in rows]
        if item.pk not in keys:
            return
        here = keys.index(item.pk)
        there = here - 1 if up else here + 1
        if not 0 <= there < len(rows):
            return
        rows[here], rows[there] = rows[there], rows[here]
        for position, row in enumerate(rows, start=1):
            row.position = position
        MeetingItem.objects.bulk_update(rows, ["position"])
        record(actor, "meeting.agenda_ordered", rows[there], meeting=item.meeting_id)


def oppose_item(item: MeetingItem, *, actor: User) -> MeetingItem:
    """The patient says no: nobody speaks of him. Twice is once."""
    with transaction.atomic():
        item = MeetingItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
        if item.state == ItemState.BLOCKED:
            return item
        if item.state != ItemState.WAITING:
            raise AgendaClosed
        item.state, item.opposed_at, item.opposed_by = ItemState.BLOCKED, clock.now(), actor
        item.save(update_fields=["state", "opposed_at", "opposed_by"])
        record(actor, "meeting.item_opposed", item, patient_id=item.patient_id)
    return item


def accept_item(item: MeetingItem, *, actor: User) -> MeetingItem:
    """He has changed his mind."""
    with transaction.atomic():
        item = MeetingItem.objects.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
        if item.state != ItemState.BLOCKED:
            return item
        item.state, item.opposed_at, item.opposed_by = ItemState.WAITING, None, None
        item.save(update_fields=["state", "opposed_at", "opposed_by"])
        record(actor, "meeting.item_accepted", item, patient_id=item.patient_id)
    return item


def note_item_consent(
    item: MeetingItem, practitioner: Practitioner, *, means: Means, actor: User
) -> ItemConsent:
    """The patient agreed that this person from outside takes part in what is said of him at this meeting."""
    if practitioner.kind == Kind.MEMBER or item.patient_id is None or item.meeting is None:
        raise NobodyFromOutside
    if not item.meeting.members.filter(practitioner=practitioner).exists():
        raise NobodyFromOutside
    with transaction.atomic():
        lock("patient", item.patient_id)
        row, is_new = ItemConsent.objects.get_or_create(
            item=item,
            practitioner=practitioner,
            withdrawn_at=None,
            defaults={"means": means, "recorded_by": actor},
        )
        if is_new:
            record(
                actor,
                "meeting.outsider_agreed",
                item,
                patient_id=item.patient_id,
                practitioner=practitioner.pk,
                means=str(means),
            )
    return row


def withdraw_item_consent(item: MeetingItem, practitioner: Practitioner, *, actor: User) -> None:
    with transaction.atomic():
        rows = ItemConsent.objects.in_force().filter(item=item, practitioner=practitioner)
        if rows.update(withdrawn_at=clock.now()):
            record(
                actor,
                "meeting.outsider_refused",
                item,
                patient_id=item.patient_id,
                practitioner=practitioner.pk,
            )


def gather_waiting(kind: str) -> None:
    """What waited for a date goes onto the next one."""
    lock("meeting-agenda", 0)
    meeting = next_meeting(kind)
    if meeting is None:
        return
    rows = list(MeetingItem.objects.standing().filter(meeting=None, kind=kind).order_by("proposed_at", "pk"))
    for position, item in enumerate(rows, start=_last(meeting) + 1):
        item.meeting, item.position = meeting, position
        item.save(update_fields=["meeting", "position"])
    _inform(rows)


def release_items(meeting: TeamMeeting) -> None:
    """What was not spoken about is not lost: the next date takes it."""
    left = MeetingItem.objects.filter(meeting=meeting, state__in=[ItemState.WAITING, ItemState.BLOCKED])
    left.update(meeting=None, position=0)
    gather_waiting(meeting.kind)


def _inform(items: Sequence[MeetingItem]) -> None:
    for item in items:
        if item.patient_id is not None and item.meeting_id is not None:
            item.informed_at = clock.now()
            item.save(update_fields=["informed_at"])
            meeting_messages.patient_informed(item)


def _refuse_twice(patient: Patient, kind: str) -> None:
    opposed = Consent.objects.in_force().filter(patient=patient, practitioner=None, decision=Decision.OPPOSES)
    if opposed.exists():
        raise PatientOpposes
    open_items = MeetingItem.objects.filter(
        patient=patient, kind=kind, state__in=[ItemState.WAITING, ItemState.BLOCKED]
    )
    if open_items.exists():
        raise AlreadyOnAgenda


def _last(meeting: TeamMeeting) -> int:
    return meeting.items.aggregate(last=Max("position"))["last"] or 0


def _standing(pk: int) -> MeetingItem:
    item = MeetingItem.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if item.state not in (ItemState.WAITING, ItemState.BLOCKED):
        raise AgendaClosed
    return item
