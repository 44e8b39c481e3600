"""One item of an agenda: who reads, runs and arranges it. Hidden and missing answer the same 404."""

from __future__ import annotations

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import Visitor
from coordination.meeting_access import Eyes, Reader, get_meeting, get_meeting_to_arrange
from coordination.models import MeetingItem, TeamMeeting
from core.audit.record import record
from patients.access import OPENED, get_patient_for, patients_of


def get_item_to_read(reader: Reader, pk: int) -> tuple[MeetingItem, Eyes]:
    """The question and what was decided. About a patient it leaves a line that he can read."""
    item = MeetingItem.objects.with_people().filter(pk=pk, meeting__isnull=False).first()
    if item is None or item.meeting_id is None:
        raise Http404
    eyes = Eyes(reader, get_meeting(reader, item.meeting_id))
    seen = next((one for one in eyes.items if one.pk == pk), None)
    if seen is None or not eyes.may_read(seen):
        raise Http404
    note_opening(reader, seen, eyes.meeting)
    eyes.note_overridden([seen])
    return seen, eyes


def get_item_to_run(reader: Reader, pk: int) -> tuple[MeetingItem, Eyes]:
    item, eyes = get_item_to_read(reader, pk)
    if not eyes.may_run:
        raise Http404
    return item, eyes


def get_item_to_arrange(reader: Reader, pk: int) -> MeetingItem:
    """Order, time, consents: nothing of what is asked is shown. Also who put it there may take it off."""
    item = MeetingItem.objects.with_people().filter(pk=pk).first()
    if item is None or not reader.is_inside:
        raise Http404
    if item.proposed_by_id != reader.user.pk:
        if item.meeting_id is None and not reader.at_desk:
            raise Http404
        if item.meeting_id is not None:
            get_meeting_to_arrange(reader, item.meeting_id)
    return item


def note_opening(reader: Reader, item: MeetingItem, meeting: TeamMeeting) -> None:
    if item.patient is not None:
        reason = _("réunion de concertation")
        record(
            reader.user, OPENED, item.patient, patient_id=item.patient_id, reason=reason, meeting=meeting.pk
        )


def get_item_for_patient(user: Visitor, pk: int) -> MeetingItem:
    """An item about somebody for whom this account acts."""
    item = (
        MeetingItem.objects.standing()
        .select_related("patient", "meeting__place")
        .filter(pk=pk, meeting__isnull=False, patient__in=patients_of(user).values("pk"))
        .first()
    )
    if item is None or item.patient_id is None:
        raise Http404
    get_patient_for(user, item.patient_id)
    return item
