"""Relatives: asked for, confirmed or refused by the desk, ended by the account or by a birthday."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from core.outbox.registry import find
from patients import access
from patients.actions.confirm_proxy import AlreadyDecided, confirm_proxy
from patients.actions.end_proxy import end_at_majority, end_proxy
from patients.actions.refuse_proxy import refuse_proxy
from patients.models import Proxy
from patients.models.proxy import ProxyState, Relation
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.patients.conftest import pending_parent, signed_in

pytestmark = pytest.mark.django_db

TYPED = {"birth_first_names": "Léo", "birth_name": "Lefebvre", "birth_date": "03/02/2018", "sex": "male"}


def test_a_child_is_added_at_once(owner, patient):
    client = signed_in(owner)
    answer = client.post(reverse("add_a_relative"), {**TYPED, "relation": "child"}, follow=True)
    assert answer.redirect_chain == [(reverse("my_relatives"), 302)]
    assert "Vous pouvez prendre rendez-vous pour Léo" in answer.content.decode()
    assert [p.first_name for p in access.patients_of(owner)] == ["Jeanne", "Léo"]


def test_a_parent_waits_and_the_desk_sees_it(owner, patient, secretary):
    client = signed_in(owner)
    client.post(
        reverse("add_a_relative"),
        {**TYPED, "birth_date": "03/02/1950", "relation": "parent"},
    )
    assert [p.first_name for p in access.patients_of(owner)] == ["Jeanne"]
    assert "En attente de confirmation" in client.get(reverse("my_relatives")).content.decode()
    assert "Jeanne Lefebvre" in signed_in(secretary).get(reverse("proxy_requests")).content.decode()


def test_a_refusal_of_the_house_is_shown(owner, patient):
    client = signed_in(owner)
    client.post(reverse("add_a_relative"), {**TYPED, "relation": "child"})
    answer = client.post(reverse("add_a_relative"), {**TYPED, "relation": "child"})
    assert answer.status_code == 422
    assert "figure déjà parmi vos proches" in answer.content.decode()
    assert Proxy.objects.count() == 2


def test_the_desk_confirms_with_what_it_saw(owner, secretary):
    proxy = pending_parent(owner)
    url = reverse("proxy_request", args=[proxy.pk])
    client = signed_in(secretary)
    assert client.post(url, {"answer": "confirm", "evidence": ""}).status_code == 422
    answer = client.post(url, {"answer": "confirm", "evidence": "accord écrit, carte d’identité"})
    assert answer["Location"] == reverse("proxy_requests")
    proxy.refresh_from_db()
    assert (proxy.state, proxy.decided_by, proxy.evidence) == (
        "active",
        secretary,
        "accord écrit, carte d’identité",
    )
    assert access.can_act_for(owner, proxy.patient) is True
    message = OutboxMessage.objects.get()
    assert (message.kind, message.address) == ("proxy.decided", owner.email)
    # The two openings of the page, then the decision.
    assert list(
        AuditEvent.objects.filter(patient_id=proxy.patient_id).order_by("pk").values_list("action", flat=True)
    ) == [
        "patient.opened",
        "patient.opened",
        "proxy.active",
    ]


def test_the_desk_refuses_and_the_asker_reads_why(owner, patient, secretary):
    proxy = pending_parent(owner)
    url = reverse("proxy_request", args=[proxy.pk])
    signed_in(secretary).post(url, {"answer": "refuse", "reason": "Votre mère ne le souhaite pas."})
    proxy.refresh_from_db()
    assert (proxy.state, proxy.decision_note) == ("refused", "Votre mère ne le souhaite pas.")
    assert "Votre mère ne le souhaite pas." in signed_in(owner).get(reverse("my_relatives")).content.decode()
    assert access.can_act_for(owner, proxy.patient) is False


def test_the_answer_that_leaves_names_nobody_and_nothing_medical(owner, secretary):
    confirm_proxy(pending_parent(owner), actor=secretary, evidence="vu")
    message = OutboxMessage.objects.get()
    kind = find(message.kind)
    rendered = kind.render([message], {})
    assert rendered.subject == "Vous pouvez agir pour votre proche"
    assert "Odile" not in rendered.text + rendered.html
    assert "/mon-espace/proches/" in rendered.text


def test_a_decision_is_made_once(owner, secretary):
    proxy = pending_parent(owner)
    confirm_proxy(proxy, actor=secretary, evidence="vu")
    assert confirm_proxy(proxy, actor=secretary, evidence="vu encore").evidence == "vu"
    with pytest.raises(AlreadyDecided):
        refuse_proxy(proxy, actor=secretary, reason="non")
    assert OutboxMessage.objects.count() == 1


def test_a_decided_demand_leaves_the_worklist(owner, secretary):
    proxy = pending_parent(owner)
    client, url = signed_in(secretary), reverse("proxy_request", args=[proxy.pk])
    client.post(url, {"answer": "confirm", "evidence": "vu"})
    assert client.get(url).status_code == 404


def test_an_account_stops_acting_for_somebody(owner, patient, child):
    proxy = child.proxies.get()
    client, url = signed_in(owner), reverse("end_relative", args=[proxy.pk])
    assert client.get(url).status_code == 200
    client.post(url)
    proxy.refresh_from_db()
    assert (proxy.state, proxy.until) == ("ended", clock.today())
    assert access.can_act_for(owner, child) is False
    assert client.post(url).status_code == 404


def test_ending_one_parents_right_leaves_the_others(owner, child):
    other = ProxyFactory(patient=child, relation=Relation.CHILD).user
    end_proxy(Proxy.objects.get(user=owner, patient=child), actor=owner)
    assert access.can_act_for(other, child) is True


def test_a_child_becomes_independent_on_the_birthday(owner, patient):
    birthday = date(2028, 11, 23)
    teenager = PatientFactory(birth_first_names="Zoé", birth_date=birthday.replace(year=2010))
    proxy = ProxyFactory(user=owner, patient=teenager, relation=Relation.CHILD, until=birthday)
    with time_machine.travel("2028-11-22 23:59+01:00", tick=False):
        assert access.can_act_for(owner, teenager) is True
        assert end_at_majority() == 0
    with time_machine.travel("2028-11-23 00:01+01:00", tick=False):
        assert access.can_act_for(owner, teenager) is False
        assert end_at_majority() == 1
        assert end_at_majority() == 0
        page = signed_in(owner).get(reverse("my_relatives")).content.decode()
    proxy.refresh_from_db()
    assert (proxy.state, proxy.until) == (ProxyState.ENDED, birthday)
    assert "Zoé a 18 ans" in page
    with time_machine.travel(clock.at(birthday, clock.local(clock.now()).time()) + timedelta(days=400)):
        assert access.come_of_age(owner) == []


def test_too_many_demands_are_told_to_wait(owner, settings):
    settings.RATE_LIMITS = {"relative": {"account": "2/1d"}}
    client = signed_in(owner)
    statuses = [client.post(reverse("add_a_relative"), {}).status_code for _ in range(3)]
    assert statuses == [422, 422, 429]
