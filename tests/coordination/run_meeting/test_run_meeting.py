"""The meeting itself: opened, presence, drafts that are never lost, what goes on to the next one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from coordination.actions.agenda import add_item, oppose_item
from coordination.actions.close_meeting import close_meeting
from coordination.actions.plan_meeting import plan_meetings
from coordination.actions.run_meeting import (
    ItemBlocked,
    NotNow,
    NotOpen,
    SomebodyElseWrote,
    mark_presence,
    open_meeting,
    save_notes,
)
from coordination.meeting_access import reader_of
from coordination.meeting_followup import follow_up
from coordination.models import DecisionSheet, Presence
from patients.access import reason_of_care, visible_patients
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from tests.cast import make_doctor, sign_in
from tests.coordination.meeting_cast import END, NOON, make_desk, opened, plan_of
from tests.coordination.run_meeting.conftest import REVIEW, held, write
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db


def test_it_opens_half_an_hour_before_and_once(table, doctor):
    with time_machine.travel(NOON - timedelta(minutes=31), tick=False), pytest.raises(NotNow):
        open_meeting(table.meeting, actor=doctor.user)
    meeting = opened(table)
    assert meeting.is_open
    with table.at_the_table():
        assert open_meeting(table.meeting, actor=doctor.user).opened_at == meeting.opened_at
    assert set(meeting.members.values_list("presence", flat=True)) == {"present"}


def test_nothing_is_noted_before_it_opens(table, item, doctor):
    with pytest.raises(NotOpen):
        write(item, doctor)
    with pytest.raises(NotOpen):
        mark_presence(table.meeting.members.first(), Presence.PRESENT, actor=doctor.user)


def test_what_is_typed_is_kept_as_it_is_typed(table, item, doctor):
    opened(table)
    url = reverse("save_sheet", args=[item.pk])
    with table.at_the_table():
        half = {"summary": "Deux chutes", "next_review": "2027-1", "line-0-title": "Appeler", "revision": "0"}
        answer = sign_in(doctor.user).post(url, half, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert 'value="1"' in answer.content.decode()
    sheet = DecisionSheet.objects.get()
    assert (sheet.summary, sheet.decision, sheet.next_review, sheet.is_shared) == (
        "Deux chutes",
        "",
        None,
        False,
    )
    assert sheet.plan == [{"title": "Appeler", "owner": "", "due_on": ""}]
    item.refresh_from_db()
    assert item.state == "discussed"


def test_two_who_type_do_not_lose_each_others_words(table, item, doctor, teammate):
    opened(table)
    with table.at_the_table():
        first = write(item, doctor, summary="A")
        with pytest.raises(SomebodyElseWrote) as refused:
            write(item, teammate, revision=0, summary="B")
        assert refused.value.current == first
        assert write(item, teammate, revision=first.revision, summary="AB").summary == "AB"
        # The answer to one's own last saving may have been lost on the way.
        assert write(item, teammate, revision=0, summary="ABC").summary == "ABC"
        save_notes(table.meeting, "Vaccins", 0, actor=doctor.user)
        with pytest.raises(SomebodyElseWrote):
            save_notes(table.meeting, "Locaux", 0, actor=teammate.user)
    answer = teammate.client.post(
        reverse("save_notes", args=[table.meeting.pk]),
        {"notes": "Locaux", "notes_revision": 0},
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 409
    assert "vient d’écrire ici" in answer.content.decode()


def test_who_is_there_takes_part_in_the_care_for_a_time(table, item, owner, doctor, teammate):
    opened(table)
    seat = table.meeting.members.get(practitioner=teammate.practitioner)
    with table.at_the_table():
        write(item, doctor, next_review=REVIEW)
        assert reason_of_care(owner.patient, teammate.practitioner) == "réunion de concertation"
        assert owner.patient in visible_patients(teammate.user)
        mark_presence(seat, Presence.EXCUSED, actor=doctor.user)
        assert reason_of_care(owner.patient, teammate.practitioner) is None
    rows = CareTeamMember.objects.filter(reason=Reason.MEETING)
    assert list(rows.values_list("practitioner", "since", "until")) == [
        (doctor.practitioner.pk, date(2026, 12, 1), REVIEW + timedelta(days=7))
    ]


def test_a_blocked_item_takes_no_word(table, item, owner, doctor):
    oppose_item(item, actor=owner.user)
    opened(table)
    with table.at_the_table(), pytest.raises(ItemBlocked):
        write(item, doctor)


def test_what_was_not_discussed_goes_to_the_next_date(table, item, doctor):
    later = (NOON + timedelta(days=14), END + timedelta(days=14))
    [following] = plan_meetings(plan_of(doctor.practitioner, []), [later], actor=doctor.user)
    opened(table)
    with table.at_the_table():
        close_meeting(table.meeting, actor=doctor.user)
    item.refresh_from_db()
    assert (item.meeting, item.state) == (following, "waiting")


def test_the_next_meeting_reviews_what_was_promised(table, item, owner, doctor, teammate):
    held(table, item, doctor, teammate)
    later = (NOON + timedelta(days=14), END + timedelta(days=14))
    with table.at_the_table():
        [following] = plan_meetings(
            plan_of(doctor.practitioner, [teammate.practitioner]), [later], actor=doctor.user
        )
        found = follow_up(reader_of(doctor.user), following)
        assert [task.title for task in found.tasks] == ["Appeler la fille"]
        stranger = make_doctor("Autre")
        hidden = follow_up(reader_of(stranger.user), following)
    assert (hidden.tasks, hidden.hidden) == ([], 1)


def test_the_screen_of_the_meeting(table, item, owner, doctor, teammate, django_assert_num_queries):
    opened(table)
    url = reverse("run_meeting", args=[table.meeting.pk])
    with table.at_the_table():
        chair = sign_in(doctor.user)
        page = chair.get(url, {"point": item.pk}).content.decode()
        assert "Chutes" in page
        assert chair.get(url, {"point": "general"}).status_code == 200
        with django_assert_num_queries(15) as before:
            chair.get(url, {"point": item.pk})
        for _one in range(29):
            add_item(doctor.user, kind="rcp", question="?", patient=PatientFactory())
        with django_assert_num_queries(len(before.captured_queries)):
            chair.get(url, {"point": item.pk})
        seat = table.meeting.members.get(practitioner=teammate.practitioner)
        mark = reverse("mark_presence", args=[table.meeting.pk, seat.pk])
        answer = chair.post(mark, {"presence": "remote"}, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        seat.refresh_from_db()
        assert seat.presence == "remote"
        for client in (sign_in(table.visitor.user), sign_in(owner.user), make_desk().client):
            assert client.get(url).status_code == 404
            assert client.post(mark, {"presence": "absent"}).status_code == 404
