from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.machinery import Broker, Processes
from tests.sms_carrier import SmsCarrier


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path / "broker")
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def carrier() -> Iterator[SmsCarrier]:
    with SmsCarrier(honours_keys=True, takes=0.01).open() as carrier:
        yield carrier


@pytest.fixture
def processes(
    transactional_db: Any, broker: Broker, carrier: SmsCarrier, tmp_path: Path
) -> Iterator[Processes]:
    processes = Processes(broker, carrier, tmp_path / "processes.log")
    yield processes
    for process in processes.started:
        processes.kill(process)
