"""The base of all tests: a PostgreSQL that is quick to forget, a Valkey on demand, a browser where there is one."""

from __future__ import annotations

import gc
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings as hypothesis_settings

from msp_portal.embedded.postgres import PostgresServer
from msp_portal.embedded.valkey import ValkeyServer
from tests.any_order import turn_round
from tests.browser import find_browser
from tests.cast import (  # noqa: F401 – fixtures of every test
    booked,
    doctor,
    newcomer,
    outsider,
    owner,
    sunday,
    teammate,
    uploads,
    visitor,
)
from tests.turn_server import NO_RELAY

# A figure of speed is `make bench`'s business: no test fails because the machine is busy. The same examples each time.
hypothesis_settings.register_profile("portal", deadline=None, derandomize=True, print_blob=True)
hypothesis_settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "portal"))

NO_BROWSER = (
    "NO BROWSER: the browser tests were NOT run. Install Chromium, or: python -m tests.browser --install"
)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """Runs once, before the first test that needs a database. The last test process ends the server."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    from django.conf import settings

    from tests.template_database import copy_tables

    server = PostgresServer(Path(settings.DATA_DIR), durable=False)
    if server.acquire():
        server.drop_databases("test_msp_")
    with django_db_blocker.unblock():
        copy_tables(server)
    yield
    server.release()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Transaction tests clear the tables between them; the trail's trigger would refuse that, as it must elsewhere."""
    from django.db import connection

    from msp_portal.demo.clearing import GUARDS
    from tests.empty_tables import install

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table, trigger in GUARDS.items():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        install()
    yield
    # A socket that a browser left open keeps a connection of the server's, and with it the database from going.
    connection.close()
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"  # the server's own helpers are not ours to end
        )


@pytest.fixture(scope="session", autouse=True)
def _any_order() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        turn_round(patch)
        yield


@pytest.fixture(autouse=True)
def _unknown_house() -> Iterator[None]:
    """What a process remembers of the house is rolled back with the test, and whose request the log was about."""
    yield
    from practitioners import house

    house.forget()
    structlog.contextvars.clear_contextvars()


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Valkey, for the tests that are about it."""
    server = ValkeyServer(tmp_path_factory.mktemp("cache"))
    server.prepare()
    with subprocess.Popen(server.command(), stdout=subprocess.DEVNULL) as process:
        while not server.accepts():
            assert process.poll() is None
            time.sleep(0.02)
        yield server.url
        process.terminate()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """pytest-playwright: the browser of the machine, where Playwright has not brought its own."""
    found = find_browser()
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    return {
        **browser_type_launch_args,
        "executable_path": found,
        "args": ["--disable-dev-shm-usage", *sandbox],
    }


def pytest_configure(config: pytest.Config) -> None:
    # Playwright's synchronous interface runs an event loop in the test's thread, which Django takes for a mistake.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays until the end: the collector need not walk it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _in_good_order(items: list[pytest.Item]) -> list[pytest.Item]:
    """What takes a minute begins first: at the end the other process would wait for it.

    Of two processes, the second begins in the middle, with what starts servers of its own: the first one makes the
    tables for half a minute, which the second would wait for.
    """
    slow = [item for item in items if item.get_closest_marker("slow")]
    alone = [item for item in slow if not item.get_closest_marker("django_db")]
    others = sorted(
        (item for item in items if item not in alone),
        key=lambda item: item.get_closest_marker("slow") is None,
    )
    middle = len(items) // 2
    return [*others[:middle], *alone, *others[middle:]]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    in_browser = [
        item for item in items if {"page", "context", "browser"} & set(getattr(item, "fixturenames", ()))
    ]
    for item in in_browser:
        item.add_marker(pytest.mark.browser)
    if in_browser and find_browser() is None:
        for item in in_browser:
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))
    items[:] = _in_good_order(items)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = [
        report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)
    ]
    if skipped:
        terminalreporter.write_sep("!", f"{len(skipped)} tests: {NO_BROWSER}", red=True, bold=True)
    if any(NO_RELAY in str(report.longrepr) for report in terminalreporter.stats.get("skipped", [])):
        terminalreporter.write_sep("!", NO_RELAY, red=True, bold=True)
