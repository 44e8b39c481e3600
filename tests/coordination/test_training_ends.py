"""Who is trained for a cooperation protocol hears in good time that it ends, and when."""

from datetime import date, timedelta

import pytest
import time_machine

from coordination.actions.cooperate import end_cooperation
from coordination.models import Delegate
from coordination.protocol_messages import remind
from core import clock
from core.outbox.models import OutboxMessage
from core.outbox.registry import find
from tests.coordination.cooperation_cast import tie, train

pytestmark = pytest.mark.django_db

LAST_DAY = date(2027, 6, 30)


def said(days_before: int) -> list[tuple[str, int]]:
    """What the clock writes anew so many days before the end, asked twice."""
    before = set(OutboxMessage.objects.values_list("pk", flat=True))
    noon = clock.day_bounds(LAST_DAY - timedelta(days=days_before))[0] + timedelta(hours=12)
    with time_machine.travel(noon, tick=False):
        remind()
        remind()
    return list(OutboxMessage.objects.exclude(pk__in=before).values_list("kind", "recipient"))


def test_two_months_a_month_and_a_week_before(doctor):
    train(tie(doctor), doctor, until=LAST_DAY)
    told = [("protocols.training", doctor.user.pk)]
    assert [said(days) for days in (61, 60, 31, 30, 8, 7, 0)] == [[], told, [], told, [], told, []]


def test_the_message_says_when(doctor):
    train(tie(doctor), doctor, until=LAST_DAY)
    said(30)
    message = OutboxMessage.objects.get()
    kind = find(message.kind)
    rendered = kind.render([message], kind.load([message]))
    subject, text = (part.replace("\u00a0", " ") for part in (rendered.subject, rendered.text))
    assert subject == "Votre délégation se termine le mercredi 30 juin 2027"
    assert "Votre formation vaut jusqu’au mercredi 30 juin 2027. Sans une nouvelle, les rendez-vous" in text
    assert "Photos de lésions" not in rendered.text + rendered.html


def test_nothing_about_what_has_ended(doctor):
    protocol = tie(doctor)
    train(protocol, doctor, until=LAST_DAY)
    said(30)
    Delegate.objects.all().delete()
    message = OutboxMessage.objects.get()
    assert find(message.kind).addresses([message]) == {}
    train(protocol, doctor, until=LAST_DAY)
    end_cooperation(protocol, actor=doctor.user, last_day=date(2027, 1, 1))
    assert said(7) == []
