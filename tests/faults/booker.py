"""A process that books: one transaction and one message each 50 ms, whatever happens to the queue."""

import sys
import time

import django


def book(number: int) -> None:
    from django.db import transaction

    from core import clock
    from core.outbox.enqueue import enqueue
    from core.outbox.mail_backend import KIND
    from core.outbox.models import OutboxMessage
    from tests.factories.messages import LETTER

    message = OutboxMessage(
        dedupe_key=f"booker:{number}",
        kind=KIND,
        channel="sms",
        address="+33600000000",
        payload=LETTER,
        due_at=clock.now(),
    )
    with transaction.atomic():
        enqueue([message])


def something_waits() -> bool:
    from core.outbox.models import OutboxMessage, State

    return OutboxMessage.objects.filter(state=State.DUE).exists()


django.setup()
for number in range(int(sys.argv[1])):
    book(number)
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()
    time.sleep(0.05)
# The bell goes on ringing, and delivering by itself, for as long as the process lives.
while something_waits():
    time.sleep(0.2)
