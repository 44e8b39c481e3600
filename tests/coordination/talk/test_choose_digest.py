"""Each one chooses what he is told and when, stops it with one click, and takes his choices away."""

from __future__ import annotations

import json

from django.test import Client
from django.urls import reverse

from accounts.models import Role
from appointments.actions.erase import erase
from coordination.actions.add_task import add_task
from coordination.actions.send_digests import send_digests
from coordination.models import Conversation, DigestChoice, DigestSetting, Message, Task
from core.audit.models import AuditEvent
from core.outbox.delivery import deliver
from patients.models import ErasureRequest
from tests.cast import MONDAY
from tests.coordination.talk.digest_story import talk, told
from tests.coordination.talk_cast import sign_in
from tests.factories.accounts import UserFactory, with_role
from tests.factories.patients import ProxyFactory


def test_choosing(team):
    address = reverse("digest_settings")
    page = team.nurse.client.get(address)
    assert (page.status_code, DigestSetting.objects.count()) == (200, 0)
    assert {name: field.initial for name, field in page.context["form"].fields.items()} == {
        "mentions": "immediate",
        "messages": "daily",
        "tasks": "daily",
        "notes": "daily",
        "referrals": "never",
        "meetings": "never",
        "documents": "never",
        "consultation_requests": "daily",
        "cancelled_sessions": "daily",
        "expertise_requests": "never",
        "hour": 8,
    }
    typed = dict.fromkeys(page.context["form"].fields, "immediate") | {"hour": "17"}
    wrong = team.nurse.client.post(address, typed | {"hour": "3"})
    assert wrong.context["form"].errors == {"hour": ["Choisissez une heure dans la liste."]}
    assert team.nurse.client.post(address, typed).status_code == 302
    assert set(DigestChoice.objects.values_list("user", "pace")) == {(team.nurse.user.pk, "immediate")}
    assert (DigestSetting.objects.get().hour, DigestChoice.objects.count()) == (17, 10)
    assert AuditEvent.objects.filter(action="digest.chosen", actor=team.nurse.user.pk).count() == 1


def test_the_desk_is_not_asked_about_what_it_never_receives(team):
    desk = sign_in(with_role(Role.SECRETARY, email="secretariat@example.org"))
    fields = desk.get(reverse("digest_settings")).context["form"].fields
    assert list(fields) == ["mentions", "messages", "tasks", "referrals", "hour"]
    assert sign_in(UserFactory()).get(reverse("digest_settings")).status_code == 404


def test_one_click_stops_and_the_choices_come_back(team):
    talk(team)
    send_digests()
    setting = DigestSetting.objects.get(user=team.nurse.user)
    address = reverse("stop_digest", args=[setting.stop_key])
    programme = Client(enforce_csrf_checks=True)
    assert programme.get(address).status_code == 200
    setting.refresh_from_db()
    assert setting.stopped_at is None
    for _ in range(2):
        assert programme.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    # Not even what was already on its way.
    deliver("email")
    assert told() == []
    talk(team, mentioned=[team.nurse.user])
    assert send_digests() == 0
    Client().post(address, {"resume": "1"})
    assert send_digests() == 1
    actions = AuditEvent.objects.filter(action__startswith="digest.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["digest.stopped", "digest.resumed"]


def test_the_person_takes_it_away_and_erasure_keeps_the_care_record(team):
    owner = UserFactory(email="marcel@example.org")
    ProxyFactory(user=owner, patient=team.patient)
    message = talk(team)
    task = add_task(team.doctor.user, "Peser", owner=team.nurse.user, due_on=MONDAY, patient=team.patient)
    answer = sign_in(owner).get(reverse("export_json"))
    data = json.loads(b"".join(answer.streaming_content))
    (said,), (to_do,) = data["conversations"], data["tasks"]
    assert (said["subject"], said["text"]) == ("Équilibre", "Deux chutes ce mois-ci")
    assert (to_do["title"], to_do["state"]) == ("Peser", "à faire")
    page = b"".join(sign_in(owner).get(reverse("export_page")).streaming_content).decode()
    assert "Deux chutes ce mois-ci" in page
    asked = ErasureRequest.objects.create(user=owner)
    done = erase(asked, actor=with_role(Role.COORDINATOR, email="coordination@example.org"))
    assert done.outcome["care_records_kept"] == 1
    assert Message.objects.filter(pk=message.pk).exists()
    assert Conversation.objects.get().patient == team.patient
    assert Task.objects.get(pk=task.pk).patient == team.patient
