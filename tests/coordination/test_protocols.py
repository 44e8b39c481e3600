"""The team's own protocols: written, signed, adopted, looked at again."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from lxml.html import document_fromstring

from coordination.actions.write_protocol import (
    InWork,
    NobodySigned,
    NotToSign,
    adopt_version,
    propose_version,
    save_protocol,
    sign_version,
    withdraw_version,
)
from coordination.models import Protocol, ProtocolVersion
from coordination.protocol_messages import remind
from core import clock
from core.outbox.models import OutboxMessage
from tests.coordination.meeting_cast import make_outsider
from tests.factories.practitioners import CentreFactory

pytestmark = pytest.mark.django_db

REVIEW = date(2027, 11, 30)


def write(doctor, title="Plaies chroniques", content="Qui fait quoi.") -> ProtocolVersion:
    protocol = Protocol(centre=CentreFactory(), title=title, theme="Soins", owner=doctor.practitioner)
    return save_protocol(
        protocol,
        actor=doctor.user,
        professions=[doctor.practitioner.profession],
        content=content,
        review_on=REVIEW,
    )


def test_from_the_first_word_to_adoption_and_a_second_version(doctor, teammate):
    stranger = make_outsider("Psy")
    version = propose_version(write(doctor), actor=doctor.user)
    asked = set(version.signatures.values_list("practitioner", flat=True))
    assert asked == {doctor.practitioner.pk, teammate.practitioner.pk}
    told = OutboxMessage.objects.filter(kind="protocols.to_sign").values_list("recipient", flat=True)
    assert set(told) == {doctor.user.pk, teammate.user.pk}
    with pytest.raises(NobodySigned):
        adopt_version(version, actor=doctor.user)
    with pytest.raises(NotToSign):
        sign_version(version, stranger.practitioner, actor=stranger.user)
    first = sign_version(version, doctor.practitioner, actor=doctor.user)
    assert sign_version(version, doctor.practitioner, actor=doctor.user).signed_at == first.signed_at
    assert first.content_hash == version.content_hash
    with pytest.raises(InWork):
        save_protocol(version.protocol, actor=doctor.user, professions=[], content="Autre", review_on=REVIEW)
    adopt_version(version, actor=doctor.user)
    second = save_protocol(
        version.protocol,
        actor=doctor.user,
        professions=[doctor.practitioner.profession],
        content="Mieux.",
        review_on=REVIEW,
    )
    propose_version(second, actor=doctor.user)
    sign_version(second, teammate.practitioner, actor=teammate.user)
    adopt_version(second, actor=doctor.user)
    states = ProtocolVersion.objects.order_by("number").values_list("number", "state", "content")
    assert list(states) == [(1, "replaced", "Qui fait quoi."), (2, "adopted", "Mieux.")]
    withdraw_version(second, actor=doctor.user, why="Recommandations changées")
    assert ProtocolVersion.objects.get(number=2).state == "withdrawn"


def test_the_clock_reminds_once_of_each_thing(doctor, teammate):
    version = propose_version(write(doctor), actor=doctor.user)
    OutboxMessage.objects.all().delete()

    def said(day) -> list[str]:
        before = set(OutboxMessage.objects.values_list("pk", flat=True))
        with time_machine.travel(day, tick=False):
            remind()
            remind()
        return sorted(OutboxMessage.objects.exclude(pk__in=before).values_list("kind", flat=True))

    proposed = clock.now()
    assert said(proposed + timedelta(days=6)) == []
    assert said(proposed + timedelta(days=8)) == ["protocols.sign_reminder"] * 2
    assert said(proposed + timedelta(days=9)) == []
    sign_version(version, doctor.practitioner, actor=doctor.user)
    assert said(proposed + timedelta(days=15)) == ["protocols.sign_reminder"]
    adopt_version(version, actor=doctor.user)
    review = clock.day_bounds(REVIEW)[0] + timedelta(hours=10)
    assert said(review - timedelta(days=31)) == []
    assert said(review - timedelta(days=30)) == ["protocols.review"]
    assert said(review - timedelta(days=5)) == []
    assert said(review) == ["protocols.review"]


def test_the_screens(doctor, teammate, owner):
    version = write(doctor)
    page = reverse("protocol", args=[version.protocol_id])
    step = reverse("change_version", args=[version.pk])
    assert teammate.client.post(step, {"step": "propose"}).status_code == 404
    assert doctor.client.post(step, {"step": "propose"}).status_code == 302
    assert 'data-testid="sign"' in teammate.client.get(page).content.decode()
    teammate.client.post(step, {"step": "sign"})
    doctor.client.post(step, {"step": "adopt"})
    version.refresh_from_db()
    assert (version.state, version.signatures.exclude(signed_at=None).count()) == ("adopted", 1)
    assert "Confirmer cette version" in doctor.client.get(page).text
    late = doctor.client.post(step, {"step": "confirm", "review_on": "2020-01-01"}, follow=True)
    assert "Choisissez une date à venir." in late.text
    assert teammate.client.post(step, {"step": "confirm", "review_on": "2027-11-22"}).status_code == 404
    doctor.client.post(step, {"step": "confirm", "review_on": "2027-11-22"})
    version.refresh_from_db()
    assert (version.state, version.review_on) == ("adopted", date(2027, 11, 22))
    paper = teammate.client.get(reverse("protocol_pdf", args=[version.pk]))
    assert paper.content.startswith(b"%PDF")
    for name, key in (("protocols", None), ("protocol", version.protocol_id), ("protocol_pdf", version.pk)):
        url = reverse(name, args=[key] if key else [])
        assert owner.client.get(url).status_code == 404
        assert make_client_outside(name).get(url).status_code == 404
    bad = doctor.client.post(reverse("add_protocol"), {"title": "", "review_on": "2020-01-01"})
    assert bad.status_code == 422


def test_who_signs_is_read_by_name(doctor, teammate):
    names = {doctor.practitioner: "Zéphyr", teammate.practitioner: "Abadie"}
    for practitioner, last_name in names.items():
        practitioner.last_name = last_name
        practitioner.save()
    version = propose_version(write(doctor), actor=doctor.user)
    page = document_fromstring(doctor.client.get(reverse("protocol", args=[version.protocol_id])).content)
    (signatures,) = page.find_class("member-list")
    assert [row.text_content().split()[:3] for row in signatures] == [
        ["Dr", "Claire", "Abadie"],
        ["Dr", "Claire", "Zéphyr"],
    ]


def make_client_outside(name):
    return make_outsider(f"Psy{name}").client


def test_the_register_costs_the_same_at_1_and_30(doctor, django_assert_num_queries):
    url = reverse("protocols")
    write(doctor)
    doctor.client.get(url)
    with django_assert_num_queries(6) as before:
        doctor.client.get(url)
    for number in range(29):
        write(doctor, title=f"Protocole {number}")
    with django_assert_num_queries(len(before.captured_queries)):
        doctor.client.get(url)
