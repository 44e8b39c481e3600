"""Two sweeps share what is due, a third is killed in the middle: each message reaches its carrier, and counts once."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from core.outbox.gateways.base import SENT, Gateway, Parcel, Result

LEDGER = "BENCH_LEDGER"


class LedgerGateway(Gateway):
    """Writes down every key that it is handed, in one go: what it had before the kill stays written."""

    claim_size = 500
    chunk_size = 500
    needs_content = False

    def send(self, parcels: Sequence[Parcel]) -> list[Result]:
        ledger = os.open(os.environ[LEDGER], os.O_WRONLY | os.O_APPEND)
        os.write(ledger, "".join(f"{parcel.key} {os.getpid()}\n" for parcel in parcels).encode())
        os.close(ledger)
        return [SENT for _ in parcels]


GATEWAY = f"{LedgerGateway.__module__}.{LedgerGateway.__qualname__}"


def kill_one(number: int) -> dict[str, int]:
    """`number` messages are due. What the carrier was handed, and how much of it twice."""
    from tests.bench.reminders import make_reminders

    make_reminders(0, number)
    with tempfile.NamedTemporaryFile(prefix="ledger-") as file:
        os.environ[LEDGER] = file.name
        victim, *others = _start(3)
        while victim.pid is not None and victim.is_alive():
            if _handed_over(file.name, by=victim.pid).total() >= number // 10:
                os.kill(victim.pid, signal.SIGKILL)
                break
            time.sleep(0.005)
        for process in (victim, *others):
            process.join(600)
        waiting = _end_leases()
        for process in _start(2):
            process.join(600)
        handed = _handed_over(file.name)
    from core.outbox.models import OutboxMessage

    return {
        "due": number,
        "killed": int(victim.exitcode == -signal.SIGKILL),
        "left_by_the_killed_one": waiting,
        "reached_the_carrier": len(handed),
        "handed_over_twice": handed.total() - len(handed),
        "at_most_twice": LedgerGateway.chunk_size,
        "sent": OutboxMessage.objects.filter(state="sent").count(),
    }


def _start(count: int) -> list[multiprocessing.process.BaseProcess]:
    from tests.bench.reminders import work

    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=work, args=(GATEWAY,)) for _ in range(count)]
    for process in processes:
        process.start()
    return list(processes)


def _handed_over(path: str, by: int | None = None) -> Counter[str]:
    whole, _newline, _half = Path(path).read_text().rpartition("\n")
    lines = (line.split() for line in whole.splitlines())
    return Counter(key for key, pid in lines if by in (None, int(pid)))


def _end_leases() -> int:
    """As after a minute and a half: what a dead process had claimed is due again. How many."""
    from core import clock
    from core.outbox.models import OutboxMessage

    return OutboxMessage.objects.filter(state="due").update(next_attempt_at=clock.now())
