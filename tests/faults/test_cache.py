"""Valkey is emptied, killed, frozen and brought back while people book: they do not notice, and all messages leave."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import redis

from core import clock
from core.outbox.models import OutboxMessage, State
from tests.faults.machinery import wait_until
from tests.faults.people import Person, slots
from tests.faults.portal import OwnPortal
from tests.faults.size import size
from tests.smtp_server import SmtpServer

EACH = size(3, 10)
# Half a second for the cache, two for the broker, and the page itself, on a machine that is busy.
PATIENCE_OF_A_PAGE = 10


@pytest.fixture
def frozen(portal: OwnPortal) -> Iterator[Callable[[], None]]:
    """Valkey takes connections and never answers: worse than being dead."""
    yield lambda: portal.signal("cache", signal.SIGSTOP)
    portal.kill("cache")


def empty(portal: OwnPortal) -> None:
    with redis.Redis.from_url(portal.cache.url) as client:
        client.flushall()


def due() -> int:
    return OutboxMessage.objects.filter(state=State.DUE, due_at__lte=clock.now()).count()


def test_valkey_is_emptied_killed_and_frozen_during_bookings(
    portal: OwnPortal,
    crowd: Callable[[int], list[Person]],
    post: SmtpServer,
    frozen: Callable[[], None],
    rehearsed: Callable[..., None],
) -> None:
    portal.start("worker")
    portal.start("beat")
    people = crowd(4 * EACH)
    visits = dict(zip(people, slots(len(people)), strict=True))
    groups = [people[number : number + EACH] for number in range(0, len(people), EACH)]
    faults: list[Callable[[], None]] = [
        lambda: empty(portal),
        lambda: portal.kill("cache"),
        lambda: (portal.start("cache"), frozen())[0],
        lambda: (portal.kill("cache"), portal.start("cache"))[0],
    ]
    for fault, group in zip(faults, groups, strict=True):
        fault()
        for one in group:
            assert one.book(visits[one])
    wait_until(lambda: due() == 0)

    answers = [answer for one in people for answer in one.answers]
    assert Counter(answer.status for answer in answers) == {302: 2 * len(people), 200: len(people)}
    slowest = max(answer.seconds for answer in answers)
    assert slowest < PATIENCE_OF_A_PAGE
    addresses = {one.user.email for one in people}
    letters = Counter(recipient for recipient, _text in post.letters if recipient in addresses)
    assert letters == dict.fromkeys(addresses, 1)
    rehearsed(
        "Valkey emptied, killed (SIGKILL), frozen (SIGSTOP) and back empty while bookings go on",
        done=f"{EACH} bookings over HTTP in each of the four states",
        found=f"{len(people)} of {len(people)} booked at the first try, slowest answer {slowest:.1f} s, "
        f"{sum(letters.values())} confirmations at the mail server, 0 lost, 0 doubled",
        limit="bookings go on; all messages leave once it is back, none lost",
    )
