from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults import report
from tests.faults.machinery import Broker, Processes
from tests.faults.people import Person, person
from tests.faults.portal import OwnPortal
from tests.sms_carrier import SmsCarrier
from tests.smtp_server import SmtpServer


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


# --- A portal of one's own: started once for all stories of a test process, each with people of its own ---------------


@pytest.fixture(scope="session")
def post() -> Iterator[SmtpServer]:
    with SmtpServer().open() as post:
        yield post


@pytest.fixture(scope="session")
def telephones() -> Iterator[SmsCarrier]:
    with SmsCarrier().open() as carrier:
        yield carrier


@pytest.fixture(scope="session")
def _portal(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, post: SmtpServer, telephones: SmsCarrier
) -> Iterator[OwnPortal]:
    portal = OwnPortal(tmp_path_factory.mktemp("portal"), post, telephones)
    try:
        portal.open()
        yield portal
    finally:
        portal.close()


@pytest.fixture
def portal(_portal: OwnPortal, transactional_db: Any) -> Iterator[OwnPortal]:
    """Database, cache and web live when a story begins; what it kills, it may leave dead."""
    _portal.ensure("db", "cache", "web")
    with _portal.in_this_process():
        yield _portal
    for name in set(_portal.running) - {"db", "cache", "web"}:
        _portal.kill(name)


@pytest.fixture
def crowd(portal: OwnPortal) -> Iterator[Callable[[int], list[Person]]]:
    """So many people, each with an account, a record and a browser."""
    here: list[Person] = []

    def gather(number: int) -> list[Person]:
        here.extend(person(portal.url, index) for index in range(number))
        return here[-number:]

    yield gather
    for one in here:
        one.browser.close()


@pytest.fixture
def rehearsed(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """A line of docs/reliability.md: what was done, how often, what was lost or doubled, the limit."""

    def write(fault: str, **cells: object) -> None:
        record_property(
            report.PROPERTY, {"fault": fault, **{name: str(cell) for name, cell in cells.items()}}
        )

    return write


pytest_runtest_logreport = report.pytest_runtest_logreport
