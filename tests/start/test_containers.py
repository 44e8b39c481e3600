"""docker-compose.yml and Dockerfile start what `make run` starts. Nothing is started here: there may be no Docker."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml

from msp_portal.paths import BASE_DIR
from msp_portal.serve import Wishes, services

COMPOSE: dict[str, Any] = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())


def supervised(name: str, monkeypatch: Any) -> list[str]:
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", "8000")
    monkeypatch.setenv("DATA_DIR", "/data")
    command = next(
        service.command for service in services(Wishes.from_environment(), {}) if service.name == name
    )
    return ["python", *command[1:]]


def test_worker_and_beat_run_the_same_commands(monkeypatch: Any) -> None:
    for name in ("worker", "beat"):
        assert COMPOSE["services"][name]["command"] == supervised(name, monkeypatch)


def test_the_image_runs_the_same_web(monkeypatch: Any) -> None:
    command = re.findall(r"^CMD (\[.*\])$", (BASE_DIR / "Dockerfile").read_text(), re.MULTILINE)
    assert json.loads(command[-1]) == supervised("web", monkeypatch)


def test_no_secret_and_no_open_door_by_default() -> None:
    for name in ("web", "worker", "beat", "prepare"):
        environment = COMPOSE["services"][name]["environment"]
        assert environment["SECRET_KEY"] == "${SECRET_KEY:-}"
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
