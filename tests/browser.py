"""Finds a Chromium and a relay for the browser tests; brings them where it can: `… tests.browser --install`."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.turn_server import NO_RELAY, find_relay

# The shell is the same browser without its windows: a third less work for the same pages.
SHELL = "chromium-headless-shell"
NAMES = [SHELL, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"]
PATIENCE = 600


@functools.cache
def find_browser() -> str | None:
    """MSP_BROWSER, then the machine's, then Playwright's own."""
    for candidate in [os.environ.get("MSP_BROWSER"), *map(shutil.which, NAMES), playwright_browser()]:
        if candidate and works(candidate):
            return candidate
    return None


def works(program: str) -> bool:
    """A file of that name may be a shim that only tells how to install the real one."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def playwright_browser() -> str | None:
    root = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path("~/.cache/ms-playwright").expanduser())
    found = sorted(root.glob("chromium*/chrome-*/*")) if root.is_dir() else []
    programs = [path for path in found if path.name in {"chrome", "headless_shell", "chrome-headless-shell"}]
    return str(programs[-1]) if programs else None


def install() -> None:
    attempts = [
        [
            sys.executable,
            "-m",
            "playwright",
            "install",
            "--with-deps" if is_root() else "--no-shell",
            "chromium",
        ]
    ]
    apt = shutil.which("apt-get")
    if apt and is_root():
        attempts += [[apt, "update"]]
        attempts += [[apt, "install", "-y", "--no-install-recommends", name] for name in (SHELL, "chromium")]
    for command in attempts:
        say(f"Looking for a browser: {' '.join(command[-3:])} …")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        try:
            subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            say(f"  {error}")
        find_browser.cache_clear()
        if find_browser():
            return


def install_relay() -> None:
    """coturn, for the calls through a relay (tests/turn_server.py)."""
    apt = shutil.which("apt-get")
    if not apt or not is_root():
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ([apt, "update"], [apt, "install", "-y", "--no-install-recommends", "coturn"]):
        say(f"Looking for a relay: {' '.join(command[-3:])} …")
        try:
            subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            say(f"  {error}")


def is_root() -> bool:
    return os.geteuid() == 0


def say(text: str) -> None:
    sys.stderr.write(text + "\n")


def main() -> None:
    """Never fails: the tests themselves say what they could not run."""
    if find_browser() is None and "--install" in sys.argv:
        install()
    if find_relay() is None and "--install" in sys.argv:
        install_relay()
    say(f"Relay for the tests: {find_relay()}" if find_relay() else f"!!! {NO_RELAY} !!!")
    found = find_browser()
    say(
        f"Browser for the tests: {found}"
        if found
        else "!!! No browser here: the browser tests will NOT be run. !!!"
    )


if __name__ == "__main__":
    main()
