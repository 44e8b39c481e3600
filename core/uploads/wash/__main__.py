"""`python -m core.uploads.wash <job> <source> <folder>`: the child's whole life. Its answer is one line of JSON.

It knows neither the portal's settings nor its database: the limits below are set before anything strange is opened.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

MEGABYTE = 1024 * 1024
LIMITS = {
    resource.RLIMIT_CPU: 25,
    resource.RLIMIT_AS: 1400 * MEGABYTE,
    resource.RLIMIT_FSIZE: 64 * MEGABYTE,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}


def limit() -> None:
    os.umask(0o077)
    for name, most in LIMITS.items():
        # macOS has no limit of address space; the others hold there too.
        with suppress(ValueError, OSError):
            resource.setrlimit(name, (most, most))


def main(job: str, source: str, target: str, *more: str) -> dict[str, object]:
    limit()
    from core.uploads.wash import images, papers, pictures
    from core.uploads.wash.refused import Refused

    place = Path(target)
    try:
        if job == "pdf":
            return {"pages": papers.clean(Path(source), place / "clean")}
        if job == "draw":
            return {"previews": pictures.draw(Path(source), place)}
        if job == "portrait":
            images.portrait(Path(source), place / "clean", int(more[0]))
            return {"pages": 1}
        return {"pages": 1, "previews": images.clean(Path(source), place)}
    except Refused as refused:
        return {"why": refused.why}
    except MemoryError:
        return {"why": "trap"}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])))
