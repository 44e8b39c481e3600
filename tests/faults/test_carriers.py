"""The mail server is down, the SMS carrier sleeps or lies: people notice nothing, and the administrator reads why."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from accounts.models import Role
from core import clock
from core.outbox.claim import FIRST_PAUSE
from core.outbox.models import OutboxMessage, State
from patients.models.preferences import NoticePreference
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.faults.machinery import wait_until
from tests.faults.people import Person, browser_of, slots
from tests.faults.portal import OwnPortal
from tests.faults.size import FULL, size
from tests.sms_carrier import Answer, SmsCarrier
from tests.smtp_server import SmtpServer

PEOPLE = size(2, 4)
PATIENCE_OF_A_PAGE = 10
LIE: Answer = (200, json.dumps({"status": "ok", "error": "no route"}))
LIED = "Le transporteur de SMS annonce une erreur dans une réponse « 200 »."
SLEPT = "Le transporteur de SMS n’a pas répondu en 10 secondes."
DOWN = "Serveur de messagerie injoignable (ConnectionRefusedError)"


@pytest.fixture
def mood(telephones: SmsCarrier) -> Iterator[SmsCarrier]:
    honest = telephones.mood
    yield telephones
    telephones.mood = honest


def nobody_listens_there() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def messages(people: list[Person], channel: str) -> list[OutboxMessage]:
    kind = "appointments.booked"
    users = [one.user for one in people]
    return list(OutboxMessage.objects.filter(kind=kind, recipient__in=users, channel=channel).order_by("pk"))


def waits(row: OutboxMessage) -> timedelta:
    return row.next_attempt_at - clock.now()


def health_page(portal: OwnPortal) -> str:
    administrator = UserFactory()
    RoleAssignmentFactory(user=administrator, role=Role.ADMINISTRATOR)
    with browser_of(administrator, portal.url) as browser:
        answer = browser.get("/gestion/sante/")
    assert answer.status_code == 200
    return answer.text


def test_no_mail_server_and_a_carrier_that_lies_or_sleeps(
    portal: OwnPortal,
    crowd: Callable[[int], list[Person]],
    post: SmtpServer,
    mood: SmsCarrier,
    rehearsed: Callable[..., None],
) -> None:
    people = crowd(PEOPLE)
    for one in people:
        NoticePreference.objects.create(user=one.user, by_email=True, by_sms=True)
        one.user.phone = f"+336{one.user.pk:08d}"
        one.user.save()
    sleeps = threading.Event()

    def lie(message: dict[str, object]) -> Answer:
        if FULL and message["to"] == people[0].user.phone:
            sleeps.wait(30)
        return LIE

    mood.mood = lie
    portal.start("worker", DEMO_EMAIL_PORT=nobody_listens_there())
    portal.start("beat")
    assert [bool(one.book(slot)) for one, slot in zip(people, slots(PEOPLE), strict=True)] == [True] * PEOPLE
    slowest = max(answer.seconds for one in people for answer in one.answers)
    assert slowest < PATIENCE_OF_A_PAGE

    # What failed stands with each message, and each is tried again later and later.
    errors = [SLEPT if FULL and one is people[0] else LIED for one in people]
    wait_until(lambda: [row.last_error for row in messages(people, "sms")] == errors)
    wait_until(lambda: {row.last_error for row in messages(people, "email")} == {DOWN})
    texts, letters = messages(people, "sms"), messages(people, "email")
    assert {row.state for row in (*texts, *letters)} == {State.DUE}
    # The server itself is away: that counts against no letter.
    assert [row.attempts for row in letters] == [0] * PEOPLE
    # The pause after the first attempt is over; the next one is twice as long.
    OutboxMessage.objects.filter(pk__in=[row.pk for row in texts]).update(next_attempt_at=clock.now())
    wait_until(lambda: all(row.attempts >= 2 and waits(row) > FIRST_PAUSE for row in messages(people, "sms")))

    waiting = OutboxMessage.objects.filter(pk__in=[row.pk for row in (*texts, *letters)])
    waiting.update(due_at=clock.now() - timedelta(minutes=11))
    page = health_page(portal)
    assert (DOWN in page, LIED in page or SLEPT in page) == (True, True)

    # Mended, all leave by themselves.
    sleeps.set()
    mood.mood = lambda message: (200, json.dumps({"id": "sms-1", "status": "queued"}))
    portal.kill("worker")
    portal.start("worker")
    waiting.update(next_attempt_at=clock.now())
    wait_until(lambda: set(waiting.values_list("state", flat=True)) == {State.SENT})
    addresses = {one.user.email for one in people}
    assert sorted(to for to, _text in post.letters if to in addresses) == sorted(addresses)
    rehearsed(
        "mail server down, SMS carrier lying (200 with an error in it)"
        + (", and asleep for 30 s" if FULL else ""),
        done=f"{PEOPLE} people book by e-mail and SMS meanwhile",
        found=f"slowest answer {slowest:.1f} s; each message says what failed and is tried again after growing pauses; "
        f"« État du portail » shows it; mended, {2 * PEOPLE} of {2 * PEOPLE} leave, one letter each",
        limit="requests stay fast, state says what failed, retry with back-off, an administrator sees it",
    )
