"""Pages over HTTP: how many a second, with how many queries, how heavy, and what a worker keeps in memory."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from msp_portal import paths
from practitioners.models import Practitioner
from tests.bench import clients, datasets, loads, web
from tests.bench.figures import Figure
from tests.bench.stage import Stage

KILOBYTE = 1000


def speed(stage: Stage, sizes: dict[str, loads.Size], rounds: int) -> list[Figure]:
    source = datasets.use(stage, datasets.W, sizes[datasets.W])
    database = datasets.copy(stage, "pages", source)
    subprocess.run(
        [sys.executable, "manage.py", "prepare"], cwd=paths.BASE_DIR, check=True, capture_output=True
    )
    return [against_prototype(stage, database, rounds), *booking_path()]


def against_prototype(stage: Stage, database: str, rounds: int) -> Figure:
    """The search page on W, in turns with the least that could answer."""
    monday = loads.next_monday().isoformat()
    address = [f"/rendez-vous/?du={monday}", f"/rendez-vous/?du={monday}&profession=medecin-generaliste"]
    rates: dict[str, list[float]] = {"ours": [], "prototype": []}
    with (
        web.serve(stage, database, "msp_portal.asgi:application") as ours,
        web.serve(stage, database, "tests.bench.prototype:application") as prototype,
    ):
        for name, server in (("ours", ours), ("prototype", prototype)):
            web.requests_per_second(server, address, 2)
            assert rates[name] == []
        for _ in range(min(rounds, 9)):
            for name, server in (("ours", ours), ("prototype", prototype)):
                rates[name].append(web.requests_per_second(server, address, 2))
    found = statistics.median(
        mine / bare for mine, bare in zip(rates["ours"], rates["prototype"], strict=True)
    )
    facts = {f"{name}_per_second": round(statistics.median(values), 1) for name, values in rates.items()}
    return Figure(
        "next_slots_page",
        "« next slots » page over HTTP, one worker, 20 practitioners, a week",
        f"{found:.0%} of the prototype ({facts['ours_per_second']:.0f} a second"
        f" against {facts['prototype_per_second']:.0f})",
        "≥ 80 %",
        found >= 0.8,
        found,
        facts,
    )


def booking_path() -> list[Figure]:
    """Every page from the home to the confirmation, asked for as a browser does."""
    seen: dict[str, tuple[int, int]] = {}
    user = User.objects.filter(proxies__relation="self").order_by("-pk").first()
    somebody = Practitioner.objects.order_by("pk").first()
    assert user is not None
    assert somebody is not None
    monday = loads.next_monday().isoformat()
    slots = clients.free_at_random(5)[:2]
    visitor, patient = (Client(headers={"host": "127.0.0.1", "accept-encoding": "gzip"}) for _ in range(2))
    patient.force_login(user)

    def look(name: str, client: Client, path: str, form: dict[str, Any] | None = None) -> Any:
        with CaptureQueriesContext(connection) as captured:
            response = client.post(path, form) if form is not None else client.get(path)
        if response.status_code == 200:
            seen[name] = (len(captured), len(response.content))
        elif response.status_code != 302:
            raise RuntimeError(f"{name}: {response.status_code}")
        return response

    look("home", visitor, "/")
    look("search", visitor, f"/rendez-vous/?du={monday}")
    look("directory", visitor, "/praticiens/")
    look("practitioner", visitor, f"/praticiens/{somebody.slug}/?du={monday}")
    onward = look("hold", visitor, "/rendez-vous/retenir/", {"slot": slots[0].value})["Location"]
    look("held, not signed in", visitor, onward)
    look("search, signed in", patient, f"/rendez-vous/?du={monday}")
    onward = look("hold", patient, "/rendez-vous/retenir/", {"slot": slots[1].value})["Location"]
    page = look("for whom", patient, onward)
    person = user.proxies.get(relation="self").patient_id
    onward = look("confirm", patient, onward, {"whom": person, "patient_message": ""})["Location"]
    look("confirmation", patient, onward)
    assert re.match(r"^/rendez-vous/", onward)
    assert page.status_code == 200
    most, heaviest = (
        max(queries for queries, _size in seen.values()),
        max(size for _queries, size in seen.values()),
    )
    facts = {name: {"queries": queries, "bytes": size} for name, (queries, size) in seen.items()}
    busiest = max(seen, key=lambda name: seen[name][0])
    largest = max(seen, key=lambda name: seen[name][1])
    return [
        Figure(
            "page_queries",
            f"queries of each of the {len(seen)} pages of the booking path",
            f"at most {most} (« {busiest} »)",
            "≤ 6",
            most <= 6,
            None,
            facts,
        ),
        Figure(
            "page_weight",
            "compressed HTML of each page of the booking path",
            f"at most {heaviest / KILOBYTE:.1f} kB (« {largest} »)",
            "≤ 14 kB",
            heaviest <= 14 * KILOBYTE,
            None,
            facts,
        ),
    ]


def memory(stage: Stage, sizes: dict[str, loads.Size], *, quick: bool) -> list[Figure]:
    """One worker, asked a thousand and ten thousand times for all kinds of pages."""
    source = datasets.use(stage, datasets.W, sizes[datasets.W])
    database = datasets.copy(stage, "memory", source)
    subprocess.run(
        [sys.executable, "manage.py", "prepare"], cwd=paths.BASE_DIR, check=True, capture_output=True
    )
    monday = loads.next_monday().isoformat()
    slots = [slot.value for slot in clients.free_at_random(6)[:500]]
    pages = ["/", "/rendez-vous/", f"/rendez-vous/?du={monday}", "/praticiens/", "/rendez-vous/?moment=matin"]
    pages += [
        "/demo/composants/",
        "/accessibilite/",
        "/compte/login/",
        "/mon-espace/",
        "/sante/ready",
        "/nulle-part/",
    ]
    pages += [f"/praticiens/{slug}/" for slug in Practitioner.objects.values_list("slug", flat=True)]
    first, last = (200, 600) if quick else (1000, 10_000)
    # structlog loads rich where it finds it: 5 MB for colours that no log of a centre has.
    with web.serve(stage, database, "msp_portal.asgi:application", without=["rich"]) as server:
        web.wander(server, pages, slots, first, 1)
        early = server.memory()
        web.wander(server, pages, slots, last - first, 2)
        late = server.memory()
    return [
        Figure(
            "memory",
            f"memory of a web worker after {last} mixed requests",
            f"{late:.0f} MB, {late - early:+.1f} MB since {first}",
            "≤ 150 MB, ≤ +5 MB",
            late <= 150 and late - early <= 5,
            None,
            {"requests": last, "early_mb": round(early, 1), "late_mb": round(late, 1)},
        )
    ]
