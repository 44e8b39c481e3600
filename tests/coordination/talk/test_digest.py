"""E-mails about what waits: each item once, at the pace that each one chose, and nothing of anybody in them."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import IntegrityError

from coordination.actions.add_task import add_task
from coordination.actions.say import Words, mark_read, say
from coordination.actions.send_digests import send_digests
from coordination.actions.set_digest import set_digest
from coordination.actions.tell_of_task import mark_seen
from coordination.digest import item_kinds, waiting_for
from coordination.models import DigestLine, MeetingMember, NoteReading
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage, State
from tests.appointments.test_races import race
from tests.cast import MONDAY
from tests.coordination.talk.digest_story import DIGEST, at, everything, talk, told
from tests.coordination.talk_cast import make_team
from tests.factories.documents import DocumentFactory
from tests.factories.meetings import TeamMeetingFactory
from tests.factories.notes import NoteFactory
from tests.factories.referrals import sent_referral


def test_a_week_of_daily_messages_with_two_outages(team):
    nurse = team.nurse.user.email
    assert send_digests() == 0
    with at(14):
        message = talk(team)
        assert send_digests() == 0
    with at(7, 55, days=1):
        assert send_digests() == 0
    with at(10, 40, days=1):
        # The machine was away at 8 h: made up on the same day, once.
        assert [send_digests(), send_digests()] == [1, 0]
        deliver("email")
        assert told() == [(nurse, "1 nouvelle de l’équipe vous attend")]
    with at(11, days=1):
        for _ in range(2):
            say(message.conversation, Words("Et aujourd’hui ?"), actor=team.doctor.user)
        assert send_digests() == 0
    # Nothing ran on Tuesday.
    with at(8, 0, days=3):
        assert [send_digests(), send_digests()] == [1, 0]
        deliver("email")
    with at(8, 5, days=4):
        assert send_digests() == 0
    assert told() == [
        (nurse, "1 nouvelle de l’équipe vous attend"),
        (nurse, "2 nouvelles de l’équipe vous attendent"),
    ]


def test_a_mention_is_told_at_once_but_not_at_night(team):
    send_digests()
    with at(21, 30):
        talk(team, mentioned=[team.nurse.user])
        assert send_digests() == 0
    with at(8, 0, days=1):
        assert send_digests() == 1
    assert list(DigestLine.objects.values_list("user", "kind")) == [(team.nurse.user.pk, "mentions")]


def test_one_s_own_hour(team):
    set_digest(team.nurse.user, 17, {})
    talk(team)
    assert send_digests() == 0
    with at(17):
        assert send_digests() == 1


def test_what_was_read_before_or_meanwhile_is_not_told(team):
    message = talk(team)
    other = talk(team)
    mark_read(message.conversation, team.nurse.user, message.pk)
    assert send_digests() == 1
    assert list(DigestLine.objects.values_list("kind", "item")) == [("messages", other.pk)]
    mark_read(other.conversation, team.nurse.user, other.pk)
    deliver("email")
    assert told() == []
    assert OutboxMessage.objects.get(kind=DIGEST).state == State.STALE


def test_what_was_read_of_several_is_no_longer_counted(team):
    first, _second = talk(team), talk(team)
    add_task(team.doctor.user, "Peser", owner=team.nurse.user, due_on=MONDAY, patient=team.patient)
    send_digests()
    mark_read(first.conversation, team.nurse.user, first.pk)
    mark_seen(team.nurse.user)
    deliver("email")
    assert told() == [(team.nurse.user.email, "1 nouvelle de l’équipe vous attend")]


def test_never_is_never(team):
    everything(team.nurse.user, "never")
    talk(team, mentioned=[team.nurse.user])
    assert send_digests() == 0
    assert DigestLine.objects.count() == 0


def test_who_may_no_longer_read_is_told_nothing(team):
    talk(team)
    team.patient.care_team.filter(practitioner=team.nurse.practitioner).delete()
    assert send_digests() == 0


def test_the_message_names_nobody_and_nothing(team, settings):
    settings.PUBLIC_URL = "https://portail.example.org"
    add_task(
        team.doctor.user, "Prendre la tension", owner=team.nurse.user, due_on=MONDAY, patient=team.patient
    )
    talk(team, mentioned=[team.nurse.user])
    send_digests()
    row = OutboxMessage.objects.get(kind=DIGEST)
    assert set(row.payload) == {"items"}
    deliver("email")
    (sent,) = mail.outbox
    key = team.nurse.user.digest_setting.stop_key
    stop = f"https://portail.example.org/coordination/nouvelles/arret/{key}/"
    assert sent.body.startswith(
        "Bonjour,\n\n"
        "Depuis le dernier message, sur le portail :\n\n"
        "- 1 message où l’on vous nomme\n"
        "  https://portail.example.org/coordination/messages/\n\n"
        "- 1 nouvelle de vos tâches\n"
        "  https://portail.example.org/coordination/taches/\n"
    )
    assert (sent.extra_headers["List-Unsubscribe"], sent.extra_headers["List-Unsubscribe-Post"]) == (
        f"<{stop}>",
        "List-Unsubscribe=One-Click",
    )
    whole = f"{sent.subject} {sent.body} {sent.alternatives[0].content}".lower()
    forbidden = [
        "delbecque",
        "marcel",
        "équilibre",
        "chutes",
        "tension",
        "aubert",
        "patient",
        "soin",
        "santé",
    ]
    house = "maison de santé des tilleuls"
    assert [word for word in forbidden if word in whole.replace(house, "")] == []


def test_each_kind_finds_what_waits_and_loses_what_was_seen(team):
    doctor, nurse, patient = team.doctor.practitioner, team.nurse.practitioner, team.patient
    key = team.nurse.user.pk
    note = NoteFactory(patient=patient, author=doctor, to=[nurse])
    document = DocumentFactory(
        patient=patient, addressed_to=nurse, state="to-file", added_by=team.doctor.user
    )
    referral = sent_referral(patient, doctor, nurse)
    meeting = TeamMeetingFactory(chair=doctor)
    seat = MeetingMember.objects.create(meeting=meeting, practitioner=nurse)
    version = note.versions.get()
    assert dict(waiting_for([key], item_kinds())[key]) == {
        "notes": {version.pk},
        "referrals": {referral.events.order_by("pk").last().pk},
        "meetings": {seat.pk},
        "documents": {document.pk},
    }
    NoteReading.objects.create(version=version, practitioner=nurse)
    MeetingMember.objects.update(answer="yes")
    found = waiting_for([key], item_kinds())[key]
    assert set(found) == {"referrals", "documents"}
    # They have their own messages already: nothing more, unless it is wished.
    assert send_digests() == 0
    everything(team.nurse.user, "immediate")
    assert send_digests() == 1


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_tell_it_once(transactional_db, sunday):
    team = make_team()
    talk(team, mentioned=[team.nurse.user])
    talk(team)
    assert sum(int(str(one)) for one in race([send_digests] * 4)) == 1
    assert send_digests() == 0
    assert OutboxMessage.objects.filter(kind=DIGEST).count() == 1
    assert sorted(DigestLine.objects.values_list("kind", flat=True)) == ["mentions", "messages"]


def test_the_database_holds_that_an_item_is_told_once(team):
    DigestLine.objects.create(user=team.nurse.user, kind="notes", item=1)
    with pytest.raises(IntegrityError, match="digest_line_once"):
        DigestLine.objects.create(user=team.nurse.user, kind="notes", item=1)
