"""npm's lighthouse: brought below DATA_DIR once, started with the browser of the tests."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from tests.lighthouse.pages import Place

# Pinned: a figure is compared with an older one only when the ruler is the same.
VERSION = "12.8.2"
PATIENCE = 300


class NotMeasuredError(Exception):
    """What is missing here, in a sentence."""


def program(folder: Path) -> Path:
    found = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not (node := shutil.which("node")):
        raise NotMeasuredError("There is no node on this machine (18.16 or newer).")
    if installed(found) == VERSION:
        return found
    npm = shutil.which("npm")
    if not npm:
        raise NotMeasuredError(f"There is {node}, but no npm to bring lighthouse {VERSION}.")
    command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save"]
    command += ["--prefix", str(folder), f"lighthouse@{VERSION}"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        raise NotMeasuredError(f"npm did not bring lighthouse within {PATIENCE} s.") from None
    if installed(found) != VERSION:
        last = (answer.stderr.strip() or answer.stdout.strip()).splitlines()[-1:]
        raise NotMeasuredError(f"npm could not bring lighthouse {VERSION}: {' '.join(last)}")
    return found


def installed(found: Path) -> str:
    package = found.parent.parent / "package.json"
    return str(json.loads(package.read_text())["version"]) if package.is_file() else ""


def measure(lighthouse: Path, port: int, place: Place, folder: Path) -> Path:
    """In the browser that listens on this port, which is where the person is signed in."""
    target = folder / f"{place.name}.json"
    command = ["node", str(lighthouse), place.url, "--quiet", "--output=json", f"--output-path={target}"]
    command += [f"--port={port}", "--only-categories=performance,accessibility,best-practices"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    if answer.returncode:
        raise SystemExit(f"Lighthouse failed on {place.url}: {answer.stderr.strip()[-500:]}")
    return target
