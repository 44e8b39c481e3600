from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from core import clock
from core.outbox import registry
from core.outbox.claim import MAX_ATTEMPTS, claim, pause_after
from core.outbox.delivery import deliver
from core.outbox.gateways import GatewayDown, Outcome, Result
from core.outbox.models import OutboxMessage, State
from core.outbox.registry import Quiet
from core.outbox.signals import address_refused
from tests.carriers import NOTE
from tests.factories.messages import OutboxMessageFactory

pytestmark = pytest.mark.django_db

NOON = "2026-11-23T12:00:00+01:00"


def states() -> list[str]:
    return list(OutboxMessage.objects.order_by("pk").values_list("state", flat=True))


@time_machine.travel(NOON, tick=False)
def test_what_is_due_leaves_once_and_the_future_waits(post):
    now, later = (
        OutboxMessageFactory(payload={"text": "un"}),
        OutboxMessageFactory(due_at=clock.now() + timedelta(hours=1)),
    )
    assert deliver() == 1
    assert deliver() == 0
    assert [(parcel.key, parcel.address, parcel.content.text) for parcel in post.given] == [
        (str(now.key), now.address, "un")
    ]
    now.refresh_from_db()
    later.refresh_from_db()
    assert (now.state, now.sent_at, now.attempts, now.sent_subject, now.sent_body) == (
        State.SENT,
        clock.now(),
        1,
        "Note",
        "un",
    )
    assert (later.state, later.attempts) == (State.DUE, 0)


@time_machine.travel(NOON, tick=False)
def test_a_claimed_row_is_nobody_elses_until_the_lease_ends(post, settings):
    settings.OUTBOX_LEASE_SECONDS = 60
    row = OutboxMessageFactory()
    now = clock.now()
    assert [one.pk for one in claim("email", 10)] == [row.pk]
    assert claim("email", 10) == []
    row.refresh_from_db()
    assert (row.attempts, row.next_attempt_at) == (1, now + timedelta(seconds=60) + pause_after(1))
    with time_machine.travel(now + timedelta(seconds=71), tick=False):
        assert deliver() == 1
    assert len(post.given) == 1


@time_machine.travel(NOON, tick=False)
def test_a_fresh_message_does_not_queue_behind_the_old_ones(post):
    for _ in range(8):
        OutboxMessageFactory(due_at=clock.now() - timedelta(minutes=5))
    fresh = OutboxMessageFactory(due_at=clock.now())
    claimed = claim("email", 4)
    assert (claimed[0].pk, len(claimed)) == (fresh.pk, 4)


@time_machine.travel(NOON, tick=False)
def test_a_failure_waits_longer_each_time_and_ends_visible(post):
    row = OutboxMessageFactory()
    started = clock.now()
    with time_machine.travel(started, tick=False) as traveller:
        waits = []
        for _ in range(MAX_ATTEMPTS):
            post.answers.append(Result(Outcome.RETRY, "Boîte pleine"))
            assert deliver() == 1
            row.refresh_from_db()
            waits.append(int((row.next_attempt_at - clock.now()).total_seconds()))
            traveller.move_to(row.next_attempt_at)
        assert deliver() == 0
    assert waits[:11] == [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    assert (row.state, row.attempts, row.last_error) == (State.FAILED, 12, "Boîte pleine")


def test_a_poison_row_costs_itself_only(post):
    poison = OutboxMessageFactory(payload={"poison": True})
    others = [OutboxMessageFactory(payload={"text": str(number)}) for number in range(3)]
    deliver()
    poison.refresh_from_db()
    assert (poison.state, poison.attempts, poison.last_error) == (
        State.DUE,
        1,
        "Mise en forme impossible (KeyError)",
    )
    assert [parcel.content.text for parcel in post.given] == ["0", "1", "2"]
    assert [other.pk for other in OutboxMessage.objects.filter(state=State.SENT).order_by("pk")] == [
        other.pk for other in others
    ]


def test_a_kind_that_nobody_knows_is_said_aloud(post):
    row = OutboxMessageFactory(kind="removed.kind")
    deliver()
    row.refresh_from_db()
    assert (row.state, row.last_error) == (
        State.DUE,
        "Nature de message inconnue de cette version du portail",
    )


@time_machine.travel(NOON, tick=False)
def test_what_has_expired_never_leaves(post):
    row = OutboxMessageFactory(
        due_at=clock.now() - timedelta(days=1), expires_at=clock.now() - timedelta(hours=1)
    )
    deliver()
    row.refresh_from_db()
    assert (row.state, post.given) == (State.STALE, [])


@pytest.mark.parametrize(
    ("quiet", "expires_in", "state", "given", "due_in"),
    [
        (Quiet.IGNORES, None, State.SENT, 1, 0),
        (Quiet.WAITS, None, State.DUE, 0, 10),
        (Quiet.WAITS, 9, State.STALE, 0, 0),
        (Quiet.WAITS_IF_IT_CAN, None, State.DUE, 0, 10),
        (Quiet.WAITS_IF_IT_CAN, 9, State.SENT, 1, 0),
    ],
)
@time_machine.travel("2026-11-23T22:00:00+01:00", tick=False)
def test_the_night_is_quiet(post, quiet, expires_in, state, given, due_in):
    registry._kinds[NOTE.name] = replace(NOTE, quiet=quiet)
    now = clock.now()
    row = OutboxMessageFactory(
        due_at=now, expires_at=now + timedelta(hours=expires_in) if expires_in else None
    )
    deliver()
    row.refresh_from_db()
    assert (row.state, len(post.given), row.due_at) == (state, given, now + timedelta(hours=due_in))
    if state == State.DUE:
        assert (row.next_attempt_at, row.attempts) == (now + timedelta(hours=10), 0)


def test_rows_of_one_merge_key_leave_as_one_message(post):
    registry._kinds[NOTE.name] = replace(NOTE, merges_within=timedelta(hours=5))
    soon = clock.now() + timedelta(hours=4)
    first = OutboxMessageFactory(merge_key="k", address="a@example.org", payload={"text": "9 h"})
    second = OutboxMessageFactory(
        merge_key="k", address="a@example.org", payload={"text": "13 h"}, due_at=soon
    )
    much_later = OutboxMessageFactory(
        merge_key="k", address="a@example.org", due_at=soon + timedelta(hours=4)
    )
    other = OutboxMessageFactory(merge_key="k2", address="a@example.org", payload={"text": "autre"})
    deliver()
    assert [parcel.content.text for parcel in post.given] == ["9 h + 13 h", "autre"]
    rows = OutboxMessage.objects.order_by("pk").values_list("pk", "state", "merged_into")
    assert list(rows) == [
        (first.pk, State.SENT, None),
        (second.pk, State.SENT, first.pk),
        (much_later.pk, State.DUE, None),
        (other.pk, State.SENT, None),
    ]


def test_a_carrier_that_is_away_blames_no_message(post):
    rows = [OutboxMessageFactory() for _ in range(3)]
    post.answers.append(GatewayDown("Injoignable"))
    deliver("email")
    found = [OutboxMessage.objects.get(pk=row.pk) for row in rows]
    # The one in hand is counted, so that one message which breaks the carrier each time cannot hold up the rest.
    assert [(row.state, row.attempts, row.last_error) for row in found] == [
        (State.DUE, 1, "Injoignable"),
        (State.DUE, 0, "Injoignable"),
        (State.DUE, 0, "Injoignable"),
    ]


def test_a_carrier_that_raises_anything_costs_an_attempt(post):
    row = OutboxMessageFactory()
    post.answers.append(RuntimeError("boom"))
    deliver("email")
    row.refresh_from_db()
    assert (row.state, row.last_error) == (State.DUE, "Erreur du transporteur (RuntimeError)")


def test_a_refused_sms_leaves_as_email_and_the_number_is_reported(post):
    heard = []
    address_refused.connect(
        lambda sender, channel, address, **_: heard.append((channel, address)),
        weak=False,
        dispatch_uid="test",
    )
    sms = OutboxMessageFactory(
        channel="sms", address="+33600000001", payload={"text": "b", "fallback": "b@example.org"}
    )
    post.answers.append(Result(Outcome.REFUSED, "Numéro refusé"))
    deliver("sms")
    deliver("email")
    address_refused.disconnect(dispatch_uid="test")
    sms.refresh_from_db()
    fallback = OutboxMessage.objects.get(fallback_of=sms)
    assert (sms.state, sms.last_error) == (State.FAILED, "Numéro refusé")
    assert (fallback.channel, fallback.address, fallback.state, fallback.payload) == (
        "email",
        "b@example.org",
        State.SENT,
        {"text": "b"},
    )
    assert [parcel.address for parcel in post.given] == ["+33600000001", "b@example.org"]
    assert heard == [("sms", "+33600000001")]


def test_what_was_withdrawn_while_it_was_under_way_is_left_alone(post):
    row = OutboxMessageFactory()
    claimed = claim("email", 10)
    OutboxMessage.objects.update(state=State.CANCELLED)
    from core.outbox.settle import unsent

    unsent(claimed[0], Result(Outcome.RETRY, "x"))
    row.refresh_from_db()
    assert (row.state, row.last_error) == (State.CANCELLED, "")
