"""The meeting itself: presence, drafts that are never lost, decisions, tasks, papers, corrections."""

import hashlib
from datetime import date, timedelta

import pytest
import time_machine
from django.db import ProgrammingError, transaction
from django.urls import reverse

from coordination.actions.agenda import add_item, note_item_consent, oppose_item
from coordination.actions.close_meeting import NobodyCame, SheetIncomplete, close_meeting, correct_sheet
from coordination.actions.plan_meeting import plan_meetings
from coordination.actions.run_meeting import (
    ItemBlocked,
    NotNow,
    NotOpen,
    SomebodyElseWrote,
    mark_presence,
    open_meeting,
    save_draft,
    save_notes,
)
from coordination.meeting_access import reader_of
from coordination.meeting_counts import count_year
from coordination.meeting_followup import follow_up
from coordination.minutes_pdf import masked
from coordination.models import DecisionSheet, Minutes, Presence, SheetAction, Task, TeamMeeting
from coordination.timeline import source_of
from patients.access import reason_of_care, visible_patients
from patients.models import CareTeamMember, Patient
from patients.models.care_team import Reason
from patients.models.consent import Means
from tests import export
from tests.cast import make_doctor, sign_in
from tests.coordination.meeting_cast import END, NOON, lay_table, make_desk, make_outsider, opened, plan_of
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db

REVIEW = date(2027, 3, 2)


@pytest.fixture
def table(doctor, teammate):
    return lay_table(doctor, teammate, make_outsider("Psy"))


@pytest.fixture
def item(table, owner, doctor):
    return add_item(doctor.user, kind="rcp", question="Chutes : que faire ?", patient=owner.patient)


def write(item, who, revision=0, **fields):
    said = {"summary": "", "decision": "Kinésithérapie.", "next_review": None, "is_shared": True, "plan": []}
    return save_draft(item, actor=who.user, revision=revision, **(said | fields))


def line(who, title="Appeler la fille", due="2026-12-08"):
    return {"title": title, "owner": str(who.user.pk), "due_on": due}


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


def held(table, item, doctor, teammate, **fields) -> TeamMeeting:
    opened(table)
    with table.at_the_table():
        plan = [line(teammate)]
        write(item, doctor, summary="Deux chutes", plan=plan, next_review=REVIEW, **fields)
        return close_meeting(table.meeting, actor=doctor.user)


def test_validation_makes_versions_tasks_and_papers(table, item, owner, doctor, teammate):
    meeting = held(table, item, doctor, teammate)
    assert (meeting.state, meeting.closed_by) == ("closed", doctor.user)
    sheet = DecisionSheet.objects.get()
    assert (sheet.version, sheet.validated_by, len(sheet.content_hash)) == (1, doctor.user, 64)
    task = Task.objects.get()
    assert (task.owner, task.title, task.due_on, task.patient, task.source_type, task.source_id) == (
        teammate.user,
        "Appeler la fille",
        date(2026, 12, 8),
        owner.patient,
        "coordination.meetingitem",
        item.pk,
    )
    assert SheetAction.objects.get().task == task
    papers = Minutes.objects.order_by("kind").values_list("kind", "version")
    assert list(papers) == [("anonymous", 1), ("patient", 1), ("whole", 1)]
    for paper in Minutes.objects.all():
        assert bytes(paper.content).startswith(b"%PDF")
        assert hashlib.sha256(bytes(paper.content)).hexdigest() == paper.content_hash
    with table.at_the_table():
        assert close_meeting(table.meeting, actor=doctor.user).closed_at == meeting.closed_at
    source = source_of("meeting")
    assert source is not None
    [entry] = source.entries(list(source.rows(owner.patient, None).values_list("pk", flat=True)))
    assert (entry.summary, entry.at, entry.url) == (
        "Kinésithérapie.",
        NOON,
        reverse("meeting_item", args=[item.pk]),
    )
    [taken] = export.rows_of("meetings", owner.patient)
    assert (taken["met_at"], taken["decision"], taken["actions"]) == (
        NOON,
        "Kinésithérapie.",
        [f"Appeler la fille · {teammate.user} · 2026-12-08"],
    )


def test_what_is_validated_is_never_written_over(table, item, doctor, teammate):
    held(table, item, doctor, teammate)
    with pytest.raises(ProgrammingError), transaction.atomic():
        DecisionSheet.objects.update(decision="Autre chose")
    with pytest.raises(ProgrammingError), transaction.atomic():
        Minutes.objects.update(content=b"")
    with pytest.raises(NotOpen), table.at_the_table():
        write(item, doctor, decision="Autre chose")


def test_a_correction_is_another_version(table, item, doctor, teammate):
    held(table, item, doctor, teammate)
    url = reverse("correct_item", args=[item.pk])
    assert teammate.client.get(url).status_code == 404
    assert doctor.client.get(url).status_code == 200
    with table.at_the_table():
        sheet = correct_sheet(
            item,
            actor=doctor.user,
            why="Oubli",
            summary="Deux chutes",
            decision="Kinésithérapie et IDE.",
            next_review=None,
            is_shared=True,
            plan=[line(teammate), line(doctor, "Écrire au CLIC")],
        )
    assert (sheet.version, sheet.why) == (2, "Oubli")
    assert list(DecisionSheet.objects.order_by("version").values_list("decision", flat=True)) == [
        "Kinésithérapie.",
        "Kinésithérapie et IDE.",
    ]
    assert list(Task.objects.order_by("pk").values_list("title", flat=True)) == [
        "Appeler la fille",
        "Écrire au CLIC",
    ]
    kinds = Minutes.objects.order_by("kind", "version").values_list("kind", "version", "sheet__version")
    assert list(kinds) == [
        ("anonymous", 1, None),
        ("patient", 1, 1),
        ("patient", 1, 2),
        ("whole", 1, None),
        ("whole", 2, None),
    ]


def test_an_incomplete_sheet_says_what_is_missing(table, item, doctor, teammate):
    opened(table)
    with table.at_the_table():
        write(item, doctor, decision=" ")
        with pytest.raises(SheetIncomplete, match="Point 1"):
            close_meeting(table.meeting, actor=doctor.user)
        write(item, doctor, plan=[{"title": "Appeler", "owner": "", "due_on": ""}])
        answer = sign_in(doctor.user).post(reverse("close_meeting", args=[table.meeting.pk]))
        assert answer.status_code == 409
        assert "« quoi »" in answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")
        table.meeting.members.update(presence="")
        with pytest.raises(NobodyCame):
            close_meeting(table.meeting, actor=doctor.user)
    assert (Task.objects.count(), Minutes.objects.count()) == (0, 0)


def test_only_the_chair_validates(table, item, doctor, teammate):
    opened(table)
    with table.at_the_table():
        for who in (teammate, table.visitor, make_desk()):
            client = sign_in(who.user)
            assert client.post(reverse("close_meeting", args=[table.meeting.pk])).status_code == 404


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


def test_the_papers_and_who_may_have_them(table, item, owner, outsider, doctor, teammate):
    consenting = table.visitor
    note_item_consent(item, consenting.practitioner, means=Means.WRITTEN, actor=doctor.user)
    held(table, item, doctor, teammate)
    desk = make_desk()
    stranger = make_doctor("Autre")
    by_kind = {paper.kind: reverse("minutes", args=[paper.pk]) for paper in Minutes.objects.all()}
    reached = {
        kind: {
            name
            for name, who in {
                "chair": doctor,
                "mate": teammate,
                "visitor": consenting,
                "desk": desk,
                "stranger": stranger,
                "owner": owner,
            }.items()
            if who.client.get(url).status_code == 200
        }
        for kind, url in by_kind.items()
    }
    assert reached == {
        "whole": {"chair", "mate"},
        "anonymous": {"chair", "mate", "desk", "stranger"},
        "patient": {"chair", "mate", "visitor"},
    }
    mine = reverse("my_decision", args=[item.pk])
    assert owner.client.get(mine)["Content-Type"] == "application/pdf"
    assert outsider.client.get(mine).status_code == 404
    page = owner.client.get(reverse("my_meetings")).content.decode()
    assert "Kinésithérapie." in page


def test_what_must_be_said_first_is_not_read_before(table, item, owner, doctor, teammate):
    held(table, item, doctor, teammate, is_shared=False)
    assert owner.client.get(reverse("my_decision", args=[item.pk])).status_code == 404
    assert "de vive voix" in owner.client.get(reverse("my_meetings")).content.decode()


def test_small_numbers_leave_the_house_masked():
    assert [masked(number) for number in (0, 1, 4, 5, 12)] == ["0", "moins de 5", "moins de 5", "5", "12"]


def test_the_year_in_numbers(table, item, owner, doctor, teammate):
    Patient.objects.filter(pk=owner.patient.pk).update(attending_doctor=doctor.practitioner)
    for _one in range(3):
        PatientFactory(attending_doctor=doctor.practitioner)
    held(table, item, doctor, teammate)
    count = count_year(2026)
    assert (len(count.meetings), count.patients, count.list_size, str(count.rate)) == (1, 1, 4, "25.00")
    [line] = count.professions
    assert (line.name, line.invited, line.present) == ("médecin généraliste", 3, 3)
    assert count_year(2025).meetings == []
    assert doctor.client.get(reverse("meeting_year"), {"annee": "2026"}).status_code == 200


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
