"""Production closes what it is not told to open; each refusal is one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import environ
import pytest
from django.db import connection

from core.web import dead_connections
from msp_portal.paths import BASE_DIR
from msp_portal.settings.database import database

COMPLETE = {
    "DJANGO_SETTINGS_MODULE": "msp_portal.settings.production",
    "SECRET_KEY": "k" * 25 + "-0123456789-abcdefghijklmnop",
    "ALLOWED_HOSTS": "portail.example",
    "PUBLIC_URL": "https://portail.example",
    "DATABASE_URL": "postgresql://nobody@localhost/none",
    "REDIS_URL": "redis://localhost:1",
    "EMAIL_HOST": "localhost",
    "DEFAULT_FROM_EMAIL": "portail@portail.example",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.django_db
def test_a_complete_environment_passes_every_deployment_check() -> None:
    # Some checks ask the server for its version.
    values = connection.settings_dict
    place = {
        "host": values["HOST"] or "/run/postgresql",
        "user": values["USER"],
        "port": values["PORT"] or 5432,
    }
    server = f"postgresql://:{quote(values['PASSWORD'])}@/{values['NAME']}?{urlencode(place)}"
    result = manage("check", "--deploy", "--fail-level", "WARNING", **COMPLETE | {"DATABASE_URL": server})
    assert (result.returncode, result.stdout) == (
        0,
        "System check identified no issues (0 silenced).\n",
    ), result.stderr


def test_names_all_that_is_missing_at_once() -> None:
    result = manage("check", DJANGO_SETTINGS_MODULE="msp_portal.settings.production")
    assert result.returncode == 1
    assert result.stderr == (
        "Production needs these environment variables: SECRET_KEY, ALLOWED_HOSTS, PUBLIC_URL, DATABASE_URL, REDIS_URL, "
        "EMAIL_HOST, DEFAULT_FROM_EMAIL. See .env.example.\n"
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"DEMO": "1"},
            "DEMO=1 opens the portal to invented people with a known password: not in production.",
        ),
        ({"DEBUG": "1"}, "DEBUG=1 shows the portal’s inside to its visitors: not in production."),
        (
            {"SECRET_KEY": "short"},
            "SECRET_KEY must have at least 50 characters. Make one: openssl rand -base64 48",
        ),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the portal’s own host names, not « * »."),
        ({"PUBLIC_URL": "http://portail.example"}, "PUBLIC_URL must begin with https://"),
    ],
)
def test_refuses_what_would_weaken_it(change: dict[str, str], sentence: str) -> None:
    result = manage("check", **COMPLETE | change)
    assert (result.returncode, result.stderr) == (1, sentence + "\n")


def test_what_production_tells_the_browser() -> None:
    result = manage("diffsettings", "--all", **COMPLETE)
    assert result.returncode == 0, result.stderr
    said = dict(line.lstrip("# ").split(" = ", 1) for line in result.stdout.splitlines() if " = " in line)
    wanted = {
        "SECURE_HSTS_SECONDS": 63_072_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "LANGUAGE_COOKIE_NAME": "__Host-language",
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
    }
    for cookie in ("SESSION", "CSRF", "LANGUAGE"):
        # What the prefix asks for: this host alone, its whole tree, never in plain http.
        wanted |= {f"{cookie}_COOKIE_DOMAIN": None, f"{cookie}_COOKIE_PATH": "/"}
        wanted |= {f"{cookie}_COOKIE_SECURE": True, f"{cookie}_COOKIE_HTTPONLY": True}
        wanted[f"{cookie}_COOKIE_SAMESITE"] = "Lax"
    assert {name: said[name].removesuffix("  ###") for name in wanted} == {
        name: repr(value) for name, value in wanted.items()
    }


def test_without_the_demo_its_known_key_is_not_used() -> None:
    result = manage("collectstatic", DEMO="0")
    assert (result.returncode, result.stderr) == (
        1,
        "Without the demo (DEMO=0) the portal needs a SECRET_KEY of its own in the environment.\n",
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://msp:pa%20ss@host:5433/name?sslmode=require",
            {
                "HOST": "host",
                "PORT": 5433,
                "NAME": "name",
                "USER": "msp",
                "PASSWORD": "pa ss",
                "OPTIONS": {"connect_timeout": 5, "sslmode": "require"},
            },
        ),
        (
            "postgresql:///msp?host=/run/postgresql",
            {
                "HOST": "",
                "PORT": "",
                "NAME": "msp",
                "USER": "",
                "PASSWORD": "",
                "OPTIONS": {"connect_timeout": 5, "host": "/run/postgresql"},
            },
        ),
    ],
)
def test_the_address_of_the_database_is_read_whole(
    monkeypatch: pytest.MonkeyPatch, url: str, expected: dict[str, Any]
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    read = database(environ.Env(), Path("/nowhere"))
    options = {name: read["OPTIONS"][name] for name in expected["OPTIONS"]}
    assert {name: read[name] for name in expected} | {"OPTIONS": options} == expected


def test_only_the_web_shares_connections_through_a_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_POOL_SIZE", "7")
    pooled = database(environ.Env(), Path("/nowhere"))
    assert pooled["OPTIONS"]["pool"] == {
        "min_size": 1,
        "max_size": 7,
        "timeout": 10,
        "check": dead_connections.check,
        "max_idle": 60,
        "reconnect_timeout": 3,
    }
    assert pooled["CONN_MAX_AGE"] == 0
    monkeypatch.delenv("DATABASE_POOL_SIZE")
    assert "pool" not in database(environ.Env(), Path("/nowhere"))["OPTIONS"]
