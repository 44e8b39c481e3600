"""Conversations of a team: who reads, who is called, what is mended, and that nobody reads without access."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from coordination.actions.mend_message import TooLate, mend_message, withdraw_message
from coordination.actions.say import ToDo, Words, mark_read, open_conversation, say
from coordination.live import ConversationFollower
from coordination.mentions import NotAMember, called_in, handles
from coordination.models import Following, Mention, Message, MessageVersion, Task
from coordination.waiting import conversations_waiting
from core.audit.models import AuditEvent
from tests.cast import MONDAY, SUNDAY_NOON
from tests.coordination.talk.conftest import refuse_access
from tests.coordination.talk.talk_story import UNATTENDED, unread

pytestmark = pytest.mark.django_db


def test_who_names_nobody_tells_the_team(team, talk):
    assert [unread(one.user) for one in (team.doctor, team.nurse, team.stranger)] == [[0], [1], []]
    assert conversations_waiting(team.nurse.user) == 1
    mark_read(talk, team.nurse.user, 10**12)
    assert unread(team.nurse.user) == [0]
    trail = AuditEvent.objects.filter(patient_id=team.patient.pk).order_by("pk")
    assert list(trail.values_list("action", flat=True)) == ["conversation.opened", "message.sent"]


def test_who_names_somebody_tells_him(team):
    words = Words("@blondel peux-tu passer ?")
    message = open_conversation(team.patient, "Chute", words, actor=team.doctor.user)
    assert list(Mention.objects.values_list("message", "user")) == [(message.pk, team.nurse.user.pk)]
    assert list(Following.objects.order_by("user").values_list("user", flat=True)) == sorted(
        [team.doctor.user.pk, team.nurse.user.pk]
    )


def test_whom_may_not_be_named_nothing_is_sent(team, talk):
    for words in (
        Words("Demande à @Carlier"),
        Words("Bonjour", mentioned=[team.stranger.user]),
        Words("Bonjour", to_do=ToDo(team.stranger.user, MONDAY)),
    ):
        with pytest.raises(NotAMember, match="Carlier ne peut pas lire"):
            say(talk, words, actor=team.doctor.user)
    assert (Message.objects.count(), Task.objects.count(), Mention.objects.count()) == (1, 0, 0)


def test_names_are_written_as_one_can(team):
    members = [team.doctor.user, team.nurse.user]
    team.nurse.user.last_name = "De Saint-Éloi"
    team.nurse.user.save()
    assert handles(members)[team.nurse.user.pk] == "DeSaintÉloi"
    called = called_in("@desainteloi et @Aubert, à voir. a@exemple.fr", members)
    assert called == {team.doctor.user.pk, team.nurse.user.pk}


def test_something_to_do_is_a_task(team, talk):
    words = Words("Peux-tu refaire le test ?", to_do=ToDo(team.nurse.user, MONDAY))
    message = say(talk, words, actor=team.doctor.user)
    task = Task.objects.get()
    assert (task.title, task.owner, task.patient, task.source_type, task.source_id, task.is_clinical) == (
        "Peux-tu refaire le test ?",
        team.nurse.user,
        team.patient,
        "coordination.message",
        message.pk,
        True,
    )
    page = team.nurse.client.get(reverse("conversation", args=[talk.pk])).content.decode()
    assert "à traiter par" in page


def test_mended_within_five_minutes_and_never_overwritten(team, talk):
    message = talk.messages.get()
    mend_message(message, "Il est tombé avant-hier.", actor=team.doctor.user)
    versions = MessageVersion.objects.order_by("pk").values_list("body", "is_current")
    assert list(versions) == [("Il est tombé hier.", False), ("Il est tombé avant-hier.", True)]
    with pytest.raises(TooLate):
        mend_message(message, "Non", actor=team.nurse.user)
    with time_machine.travel(SUNDAY_NOON + timedelta(minutes=5), tick=False), pytest.raises(TooLate):
        mend_message(message, "Non", actor=team.doctor.user)


def test_withdrawn_it_is_shown_to_nobody_and_kept(team, talk):
    withdraw_message(talk.messages.get(), actor=team.doctor.user)
    page = team.nurse.client.get(reverse("conversation", args=[talk.pk])).content.decode()
    assert "Il est tombé" not in page
    assert "Message retiré" in page
    assert unread(team.nurse.user) == [0]
    found = team.nurse.client.get(reverse("conversation_list"), {"q": "tombé"}).context["page"]
    assert list(found) == []
    assert MessageVersion.objects.get().body == "Il est tombé hier."


def test_access_ends_with_the_next_request(team, talk):
    address = reverse("conversation", args=[talk.pk])
    assert team.nurse.client.get(address).status_code == 200
    refuse_access(team, team.nurse)
    cache.clear()
    assert team.nurse.client.get(address).status_code == 404
    assert team.nurse.client.get(address, headers=UNATTENDED).status_code == 404
    assert (unread(team.nurse.user), conversations_waiting(team.nurse.user)) == ([], 0)
    sent = team.nurse.client.post(reverse("say_in_conversation", args=[talk.pk]), {"body": "Encore là"})
    assert (sent.status_code, Message.objects.count()) == (404, 1)


def test_opening_it_opens_the_record(team, talk):
    address = reverse("conversation", args=[talk.pk])
    opened = AuditEvent.objects.filter(action="patient.opened", patient_id=team.patient.pk)
    team.nurse.client.get(address)
    team.nurse.client.get(address, headers=UNATTENDED)
    assert opened.count() == 1


def test_screens_hear_only_that_it_changed(team, talk):
    follower = ConversationFollower()
    assert follower.news() == []
    say(talk, Words("Et aujourd’hui ?"), actor=team.nurse.user)
    assert follower.news() == [[talk.pk, "", ""]]
    assert follower.news() == []
    mark_read(talk, team.doctor.user, 10**12)
    assert follower.news() == [[talk.pk, "", ""]]
