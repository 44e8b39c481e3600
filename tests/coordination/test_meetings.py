"""A date of the team: fixed, answered, moved, called off. Time, rooms, messages, reminders."""

from datetime import time, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from appointments.availability import free_slots, is_open
from appointments.models import Absence, Disruption, ResourceClosure
from coordination.actions.agenda import add_item
from coordination.actions.invite import answer_invitation
from coordination.actions.plan_meeting import NoDate, RoomTaken, cancel_meeting, move_meeting, plan_meetings
from coordination.meeting_dates import Wanted, propose
from coordination.models import Answer, MeetingItem, TeamMeeting
from core import clock
from core.audit.models import AuditEvent
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage, State
from tests.cast import MONDAY, on_monday
from tests.coordination.meeting_cast import END, NOON, lay_table, make_desk, make_outsider, plan_of
from tests.factories.appointments import AppointmentFactory, OpeningFactory
from tests.factories.meetings import TUESDAY, MeetingMemberFactory, TeamMeetingFactory
from tests.factories.practitioners import CentreFactory, RoomFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(doctor, teammate):
    return lay_table(doctor, teammate, make_outsider("Psy"))


def kinds() -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(kind__startswith="meetings.").exclude(state=State.CANCELLED)
    return sorted(rows.values_list("kind", "address"))


def test_a_date_takes_people_and_room_and_invites(doctor, teammate):
    room = RoomFactory()
    plan = plan_of(doctor.practitioner, [teammate.practitioner], room=room)
    [meeting] = plan_meetings(plan, [(NOON, END)], actor=doctor.user)
    assert list(meeting.members.order_by("pk").values_list("practitioner", "is_required", "answer")) == [
        (teammate.practitioner.pk, False, "waiting"),
        (doctor.practitioner.pk, True, "waiting"),
    ]
    away = Absence.objects.filter(kind="meeting").values_list("practitioner", "start_at", "end_at")
    assert set(away) == {(who.practitioner.pk, NOON, END) for who in (doctor, teammate)}
    closure = ResourceClosure.objects.get()
    assert (closure.room, closure.purpose, closure.start_at) == (room, "reserved", NOON)
    assert kinds() == [
        (kind, f"{who}@example.org")
        for kind in ("meetings.invited", "meetings.reminder")
        for who in ("caron", "vandamme")
    ]
    assert AuditEvent.objects.filter(action="meeting.planned", subject_id=meeting.pk).count() == 1


def test_every_second_tuesday(doctor):
    times = [(NOON + timedelta(weeks=2 * n), END + timedelta(weeks=2 * n)) for n in range(6)]
    meetings = plan_meetings(plan_of(doctor.practitioner, []), times, actor=doctor.user)
    assert [meeting.start_at for meeting in meetings] == [start for start, _end in times]
    assert len({meeting.series_id for meeting in meetings}) == 1
    assert meetings[0].series is not None
    assert Absence.objects.filter(practitioner=doctor.practitioner).count() == 6


def test_one_room_that_is_taken_undoes_the_whole_series(doctor, teammate):
    room = RoomFactory()
    plan_meetings(plan_of(doctor.practitioner, [], room=room), [(NOON, END)], actor=doctor.user)
    times = [(NOON - timedelta(weeks=1), END - timedelta(weeks=1)), (NOON, END)]
    with pytest.raises(RoomTaken):
        plan_meetings(plan_of(teammate.practitioner, [], room=room), times, actor=teammate.user)
    assert TeamMeeting.objects.count() == 1
    assert not Absence.objects.filter(practitioner=teammate.practitioner).exists()


def test_a_room_with_a_patient_in_it_is_refused(doctor, teammate, owner):
    room = RoomFactory()
    AppointmentFactory(
        reason=teammate.reason, patient=owner.patient, start_at=NOON, room=room, place=room.place
    )
    with pytest.raises(RoomTaken):
        plan_meetings(plan_of(doctor.practitioner, [], room=room), [(NOON, END)], actor=doctor.user)


def test_the_past_is_no_date(doctor):
    with pytest.raises(NoDate):
        plan_meetings(
            plan_of(doctor.practitioner, []), [(on_monday(8) - timedelta(days=30),) * 2], actor=doctor.user
        )


def test_patients_keep_their_time_until_he_says_that_he_comes(doctor, teammate, owner):
    OpeningFactory(practitioner=teammate.practitioner, start_at=NOON, end_at=END)
    visit = AppointmentFactory(reason=teammate.reason, patient=owner.patient, start_at=NOON)
    plan = plan_of(doctor.practitioner, [teammate.practitioner])
    [meeting] = plan_meetings(plan, [(NOON, END)], actor=doctor.user)
    seat = meeting.members.get(practitioner=teammate.practitioner)
    assert (seat.absence, Disruption.objects.count()) == (None, 0)
    seat, stranded = answer_invitation(seat, Answer.YES, actor=teammate.user)
    assert stranded == [visit.pk]
    assert Disruption.objects.get().appointment == visit
    assert not is_open(teammate.practitioner.pk, visit.place_id, NOON, END)
    seat, _none = answer_invitation(seat, Answer.NO, actor=teammate.user, note="En congé")
    assert (seat.answer, seat.note, seat.absence) == ("no", "En congé", None)
    assert not Disruption.objects.filter(settled_at=None).exists()


def test_who_is_at_the_meeting_offers_no_slot(doctor, sunday):
    OpeningFactory(practitioner=doctor.practitioner, start_at=NOON, end_at=END)
    window = (NOON, END)
    assert free_slots([doctor.reason], *window, now=sunday) != []
    plan_meetings(plan_of(doctor.practitioner, []), [(NOON, END)], actor=doctor.user)
    assert free_slots([doctor.reason], *window, now=sunday) == []


def test_moving_asks_everybody_again_and_tells_the_patient(table, owner, doctor):
    add_item(doctor.user, kind="rcp", question="?", patient=owner.patient)
    seat = table.meeting.members.get(practitioner=doctor.practitioner)
    answer_invitation(seat, Answer.YES, actor=doctor.user)
    later = NOON + timedelta(days=7)
    moved = move_meeting(
        table.meeting,
        start_at=later,
        end_at=later + timedelta(hours=1),
        place=table.meeting.place,
        room=None,
        actor=doctor.user,
    )
    assert (moved.start_at, moved.sequence) == (later, 1)
    assert set(moved.members.values_list("answer", flat=True)) == {"waiting"}
    assert set(Absence.objects.values_list("start_at", flat=True)) == {later}
    told = OutboxMessage.objects.filter(kind="meetings.patient_informed")
    assert sorted(row.payload["sequence"] for row in told) == [0, 1]


def test_cancelling_frees_everybody_and_keeps_the_questions(table, owner, doctor):
    item = add_item(doctor.user, kind="rcp", question="?", patient=owner.patient)
    for _again in range(2):
        cancelled = cancel_meeting(table.meeting, actor=doctor.user, reason="Grippe")
    assert cancelled.is_cancelled
    assert (Absence.objects.count(), ResourceClosure.objects.count()) == (0, 0)
    item.refresh_from_db()
    assert (item.meeting, item.state) == (None, "waiting")
    assert {kind for kind, _to in kinds()} == {"meetings.cancelled", "meetings.patient_informed"}
    later = (NOON + timedelta(days=14), END + timedelta(days=14))
    [following] = plan_meetings(plan_of(doctor.practitioner, []), [later], actor=doctor.user)
    item.refresh_from_db()
    assert item.meeting == following


def test_the_reminder_leaves_two_days_before_to_who_has_not_said_no(table, doctor, teammate):
    seat = table.meeting.members.get(practitioner=teammate.practitioner)
    answer_invitation(seat, Answer.NO, actor=teammate.user)
    OutboxMessage.objects.exclude(kind="meetings.reminder").delete()
    with time_machine.travel(NOON - timedelta(days=2) - timedelta(minutes=1), tick=False):
        deliver()
        assert mail.outbox == []
    with time_machine.travel(NOON - timedelta(days=2) + timedelta(minutes=1), tick=False):
        deliver()
        deliver()
    assert sorted(message.to[0] for message in mail.outbox) == ["psy@example.org", "vandamme@example.org"]
    [subject] = {message.subject for message in mail.outbox}
    assert subject.replace("\N{NO-BREAK SPACE}", " ") == "Rappel : réunion mardi 1er décembre, 12 h 30"


def test_the_best_hours_first(doctor, teammate, owner, sunday):
    """Everybody can at 8 on Tuesday, but the lunch hour takes no time from patients."""
    OpeningFactory(
        practitioner=teammate.practitioner, start_at=NOON - timedelta(hours=4, minutes=30), end_at=NOON
    )
    AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=NOON + timedelta(hours=1))
    wanted = Wanted([doctor.practitioner], [teammate.practitioner], 60, TUESDAY, TUESDAY)
    found = propose(CentreFactory(), wanted)
    first = found[0]
    assert (first.missing, first.opening_minutes) == ([], 0)
    assert first.start_at == NOON
    late = [one for one in propose(CentreFactory(), wanted, count=30) if one.missing]
    assert all(person == doctor.practitioner and why for one in late for person, why in one.missing)


def test_proposals_cost_the_same_for_everybody(doctor, teammate, django_assert_num_queries):
    few = Wanted([doctor.practitioner], [], 60, MONDAY, TUESDAY)
    many = Wanted([doctor.practitioner], [teammate.practitioner] * 1, 60, MONDAY, MONDAY + timedelta(60))
    for wanted in (few, many):
        with django_assert_num_queries(7):
            propose(CentreFactory(), wanted)


def test_the_list_costs_the_same_at_1_and_30(table, doctor, django_assert_num_queries):
    url = reverse("meetings")
    doctor.client.get(url)
    with django_assert_num_queries(6) as before:
        doctor.client.get(url)
    for _number in range(29):
        MeetingMemberFactory(
            meeting=TeamMeetingFactory(chair=doctor.practitioner), practitioner=doctor.practitioner
        )
    with django_assert_num_queries(len(before.captured_queries)):
        assert doctor.client.get(url).status_code == 200


def test_older_meetings_are_on_the_next_page(table, doctor, monkeypatch):
    monkeypatch.setattr("coordination.views.meetings.PER_PAGE", 2)
    last = clock.at(TUESDAY - timedelta(days=10), time(12, 30))
    held = [
        MeetingMemberFactory(
            meeting=TeamMeetingFactory(chair=doctor.practitioner, start_at=last - timedelta(weeks=ago)),
            practitioner=doctor.practitioner,
        ).meeting
        for ago in range(3)
    ]
    url = reverse("meetings")
    pages = [list(doctor.client.get(url, {"page": number}).context["page"]) for number in (1, 2)]
    assert pages == [held[:2], held[2:]]


def test_outsiders_and_patients_find_no_meeting(table, owner, outsider):
    stranger = make_outsider("Ailleurs")
    for client in (owner.client, outsider.client, stranger.client):
        for name in ("meeting", "move_meeting", "cancel_meeting", "run_meeting", "close_meeting"):
            assert client.get(reverse(name, args=[table.meeting.pk])).status_code == 404, name
    assert stranger.client.get(reverse("meetings")).context["coming"] == []
    assert owner.client.get(reverse("meetings")).status_code == 404
    assert owner.client.get(reverse("coordination")).status_code == 404


def test_a_guest_is_not_led_to_what_members_keep(doctor):
    guest = make_outsider("Invité")
    guest.practitioner.kind = "visiting"
    guest.practitioner.save(update_fields=["kind"])
    protocols = reverse("protocols")
    assert [protocols in one.client.get(reverse("coordination")).text for one in (doctor, guest)] == [
        True,
        False,
    ]
    assert guest.client.get(protocols).status_code == 404


def test_fixing_a_date_on_the_screen(doctor, teammate):
    url = reverse("plan_meeting")
    assert doctor.client.get(url).status_code == 200
    form = {
        "title": "RCP",
        "kind": "rcp",
        "chair": doctor.practitioner.pk,
        "others": [teammate.practitioner.pk],
        "minutes": 60,
        "place": doctor.practitioner.openings.get().place_id,
        "count": 2,
        "every_n_weeks": 2,
    }
    found = doctor.client.post(url, form | {"step": "find"})
    assert found.status_code == 200
    assert found.context["proposals"]
    pick = found.context["proposals"][0].start_at.isoformat()
    shown = doctor.client.post(url, form | {"pick": pick})
    days = [row["day"].day.isoformat() for row in shown.context["dates"]]
    assert len(days) == 2
    data = shown.context["form"].data
    save = form | {"day": data["day"], "start_time": data["start_time"], "step": "save", "date": days[:1]}
    answer = doctor.client.post(url, save)
    meeting = TeamMeeting.objects.get()
    assert answer["Location"] == reverse("meeting", args=[meeting.pk])
    assert meeting.start_at.isoformat() == found.context["proposals"][0].start_at.isoformat()


def test_a_date_is_asked_for_before_it_is_fixed(doctor):
    answer = doctor.client.post(reverse("plan_meeting"), {"step": "save", "day": "x", "count": "0"})
    assert answer.status_code == 422
    assert {"title", "day", "start_time", "count"} <= set(answer.context["form"].errors)


def test_the_coordinator_arranges_and_reads_no_question(table, owner, doctor):
    desk = make_desk()
    item = add_item(doctor.user, kind="rcp", question="Secret médical", patient=owner.patient)
    shown = desk.client.get(reverse("meeting", args=[table.meeting.pk]))
    assert owner.patient.display_name in shown.content.decode()
    assert "Secret médical" not in shown.content.decode()
    assert desk.client.get(reverse("meeting_item", args=[item.pk])).status_code == 404
    later = desk.client.post(reverse("arrange_item", args=[item.pk]), {"step": "minutes", "minutes": "25"})
    assert later.status_code == 302
    assert MeetingItem.objects.get().minutes == 25
    for wrong in ("0", "121", "01201", "0120999999", "٣", ""):
        desk.client.post(reverse("arrange_item", args=[item.pk]), {"step": "minutes", "minutes": wrong})
        assert MeetingItem.objects.get().minutes == 25


def test_a_word_without_an_answer_is_kept(doctor, teammate):
    [meeting] = plan_meetings(
        plan_of(doctor.practitioner, [teammate.practitioner]), [(NOON, END)], actor=doctor.user
    )
    answer = reverse("answer_meeting", args=[meeting.pk])
    asked = teammate.client.post(answer, {"answer": "", "note": "Pas avant 12 h 45"})
    assert (asked.status_code, "Dites si vous venez." in asked.text) == (422, True)
    assert 'value="Pas avant 12 h 45"' in asked.text
    cancel_meeting(meeting, actor=doctor.user)
    over = teammate.client.post(answer, {"answer": "yes", "note": "J’arrive"})
    assert (over.status_code, meeting.members.get(practitioner=teammate.practitioner).note) == (422, "")
