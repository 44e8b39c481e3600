"""Conversations on screen: written, answered, silenced, mended; refused forms keep what was typed."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from coordination.actions.say import ToDo, Words, open_conversation, say
from coordination.conversation_access import conversations_for
from coordination.models import Conversation, Message, Task
from coordination.waiting import conversations_waiting
from patients.models.consent import Consent, Decision, Means
from tests.cast import MONDAY, sign_in
from tests.coordination.talk.talk_story import unread
from tests.factories.accounts import with_role

pytestmark = pytest.mark.django_db


class TestScreens:
    def test_written_answered_and_read(self, team, talk):
        client = team.nurse.client
        page = client.get(reverse("conversation", args=[talk.pk]))
        assert page.context["talk"].unread == 1
        first = talk.messages.get()
        data = {
            "body": "J’y vais demain. @Aubert",
            "repondre": first.pk,
            "mentioned": [team.doctor.user.pk],
            "to_do_owner": team.nurse.user.pk,
            "to_do_due": MONDAY.isoformat(),
            "to_do_title": "Passer le voir",
        }
        sent = client.post(reverse("say_in_conversation", args=[talk.pk]), data)
        answer = talk.messages.order_by("-pk")[0]
        assert sent["Location"] == f"{reverse('conversation', args=[talk.pk])}#message-{answer.pk}"
        assert (answer.reply_to, answer.mentions.get().user, Task.objects.get().title) == (
            first,
            team.doctor.user,
            "Passer le voir",
        )
        seen = team.doctor.client.get(reverse("conversation", args=[talk.pk])).context["talk"]
        assert [[str(one) for one in line.read_by] for line in seen.lines] == [[str(team.nurse.user)], []]
        read = reverse("read_conversation", args=[talk.pk])
        assert (
            team.doctor.client.post(read, {"jusque": seen.last}, headers={"HX-Request": "true"}).status_code
            == 204
        )
        assert team.doctor.client.post(read, {"jusque": "x"}).status_code == 302
        assert unread(team.doctor.user) == [0]

    def test_refused_forms_keep_what_was_typed(self, team, talk):
        address = reverse("say_in_conversation", args=[talk.pk])
        for data, sentence in (
            ({"body": ""}, "Écrivez votre message"),
            ({"body": "Oui @Carlier"}, "rien n’a été envoyé"),
            ({"body": "Oui", "mentioned": [team.stranger.user.pk]}, "rien n’a été envoyé"),
            ({"body": "Oui", "to_do_owner": team.nurse.user.pk}, "Indiquez pour quel jour"),
            ({"body": "Oui", "to_do_due": MONDAY.isoformat()}, "Dites qui doit le traiter"),
            (
                {"body": "Oui", "to_do_owner": team.nurse.user.pk, "to_do_due": "2026-01-01"},
                "Ce jour est passé",
            ),
        ):
            answer = team.doctor.client.post(address, data)
            assert answer.status_code == 422
            assert sentence in answer.content.decode()
        assert Message.objects.count() == 1

    def test_a_new_one_about_a_patient(self, team):
        address = reverse("new_patient_conversation", args=[team.patient.pk])
        assert team.doctor.client.get(address).status_code == 200
        assert team.doctor.client.post(address, {"subject": "", "body": "x"}).status_code == 422
        sent = team.doctor.client.post(address, {"subject": "Marche", "body": "Que penses-tu de la canne ?"})
        talk = Conversation.objects.get()
        assert sent["Location"].startswith(reverse("conversation", args=[talk.pk]))
        listed = team.nurse.client.get(reverse("patient_conversations", args=[team.patient.pk]))
        assert list(listed.context["conversations"]) == [talk]

    def test_older_ones_are_on_the_next_page(self, team, monkeypatch):
        monkeypatch.setattr("coordination.views.conversations.PER_PAGE", 1)
        write = reverse("new_patient_conversation", args=[team.patient.pk])
        for subject in ("Marche", "Repas"):
            team.doctor.client.post(write, {"subject": subject, "body": "Qu’en penses-tu ?"})
        url = reverse("patient_conversations", args=[team.patient.pk])
        pages = [team.nurse.client.get(url, {"page": number}).context["conversations"] for number in (1, 2)]
        assert [[one.subject for one in page] for page in pages] == [["Repas"], ["Marche"]]

    def test_of_the_house_for_its_members(self, team, outsider):
        secretary = with_role(Role.SECRETARY, email="secretariat@example.org")
        partner = with_role(Role.PARTNER, email="epsm@example.org")
        client = sign_in(secretary)
        client.post(reverse("new_conversation"), {"subject": "Clés", "body": "Où sont les clés du studio ?"})
        talk = Conversation.objects.get()
        assert talk.patient is None
        readers = [secretary, team.doctor.user, team.stranger.user, partner, outsider.user]
        assert [conversations_for(one).count() for one in readers] == [1, 1, 1, 0, 0]
        assert team.stranger.client.get(reverse("conversation", args=[talk.pk])).status_code == 200

    def test_the_desk_reads_nothing_about_a_patient(self, team, talk):
        client = sign_in(with_role(Role.SECRETARY, email="secretariat@example.org"))
        assert client.get(reverse("conversation", args=[talk.pk])).status_code == 404
        for name in ("patient_conversations", "new_patient_conversation"):
            assert client.get(reverse(name, args=[team.patient.pk])).status_code == 404

    def test_silence_and_following(self, team, talk):
        follow = reverse("follow_conversation", args=[talk.pk])
        team.nurse.client.post(follow, {"sourdine": "1"})
        cache.clear()
        assert conversations_waiting(team.nurse.user) == 0
        team.nurse.client.post(follow)
        cache.clear()
        assert conversations_waiting(team.nurse.user) == 1

    def test_mended_and_withdrawn_on_screen(self, team, talk):
        message = talk.messages.get()
        mend = reverse("mend_message", args=[message.pk])
        assert team.doctor.client.get(mend).status_code == 200
        assert team.doctor.client.post(mend, {"body": ""}).status_code == 422
        assert team.doctor.client.post(mend, {"body": "Autrement dit."}).status_code == 302
        assert team.nurse.client.get(mend).status_code == 404
        assert team.nurse.client.post(reverse("withdraw_message", args=[message.pk])).status_code == 404
        assert team.doctor.client.post(reverse("withdraw_message", args=[message.pk])).status_code == 302

    def test_beside_the_timeline(self, team, talk):
        for name in ("taches", "echanges"):
            page = team.nurse.client.get(reverse("record_panel", args=[team.patient.pk, name]))
            assert page.status_code == 200
        assert "Équilibre" in page.content.decode()

    def test_outsiders_find_nothing(self, team, talk, outsider):
        message = talk.messages.get()
        for client in (team.stranger.client, outsider.client):
            assert client.get(reverse("conversation", args=[talk.pk])).status_code == 404
            for name in ("say_in_conversation", "read_conversation", "follow_conversation"):
                assert client.post(reverse(name, args=[talk.pk])).status_code == 404
            for name in ("mend_message", "withdraw_message"):
                assert client.post(reverse(name, args=[message.pk])).status_code == 404
            for name in ("patient_conversations", "new_patient_conversation"):
                assert client.get(reverse(name, args=[team.patient.pk])).status_code == 404
        assert outsider.client.get(reverse("conversation_list")).status_code == 404

    def test_what_a_message_speaks_of(self, team, talk):
        word = Consent.objects.create(
            patient=team.patient,
            practitioner=team.nurse.practitioner,
            decision=Decision.INFORMED,
            means=Means.ORAL,
            recorded_by=team.doctor.user,
        )
        page = team.doctor.client.get(reverse("conversation", args=[talk.pk]), {"joindre": "1"})
        offered = [key for key, _words in page.context["form"].fields["link"].choices if key]
        assert offered == [f"consent.{word.pk}"]
        data = {"body": "Voir ceci", "link": offered[0]}
        assert (
            team.doctor.client.post(reverse("say_in_conversation", args=[talk.pk]), data).status_code == 302
        )
        line = team.nurse.client.get(reverse("conversation", args=[talk.pk])).context["talk"].lines[-1]
        assert (line.link.kind, line.link.pk) == ("consent", word.pk)
        forged = team.doctor.client.post(
            reverse("say_in_conversation", args=[talk.pk]), {"body": "Et cela", "link": "consent.999999"}
        )
        assert forged.status_code == 422

    def test_the_pages_cost_the_same(self, team):
        client = team.nurse.client
        counts = []
        for number in (1, 29):
            for count in range(number):
                first = open_conversation(
                    team.patient, f"Sujet {count}", Words("@Blondel oui"), actor=team.doctor.user
                )
            for _again in range(number):
                words = Words("encore @Blondel", reply_to=first, to_do=ToDo(team.nurse.user, MONDAY))
                say(first.conversation, words, actor=team.doctor.user)
            client.get(reverse("conversation_list"))
            pages = (reverse("conversation_list"), reverse("conversation", args=[first.conversation_id]))
            for page in pages:
                with CaptureQueriesContext(connection) as queries:
                    client.get(page)
                counts.append(len(queries))
        # Of the second: seven to be known and let in, four for the team, one for all that was said.
        assert counts == [6, 13] * 2
