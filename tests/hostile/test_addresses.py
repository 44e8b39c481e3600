"""Every address × every role × every method, with what no browser sends: nothing answers 500."""

from __future__ import annotations

from random import Random

import pytest

from tests.hostile import values
from tests.hostile.figures import story
from tests.hostile.sizes import DRAWN, IS_FULL, ONE_IN, PARTS, dice
from tests.hostile.stage import Stage, Target, quoted, targets, with_query

# Of the tables of the administration, which are one and the same code for all of them.
AT_THE_TABLES = ("visitor", "doctor", "administrator")
FEW_METHODS = ("GET", "POST", "PUT")


def chosen(part: int) -> list[Target]:
    every = list(targets()) if IS_FULL else list(targets())[::2]
    tables = [target for target in every if target.name.startswith("admin:")]
    return [*[target for target in every if target not in tables], *tables[::ONE_IN]][part::PARTS]


def throws(stage: Stage, target: Target) -> list[tuple[str, str]]:
    """Who comes, and how. The small size: who gets furthest, and one who gets nowhere."""
    everybody = AT_THE_TABLES if target.name.startswith("admin:") else tuple(stage.clients)
    if IS_FULL:
        return [(who, method) for who in everybody for method in values.METHODS]
    row = target.row
    inside = sorted(row.get | row.post) if row else list(everybody)
    chance = dice(target.name)
    if target.name.startswith("admin:"):
        return [("administrator", chance.choice(FEW_METHODS))]
    return [(chance.choice(inside or list(everybody)), method) for method in ("GET", "POST")]


def address(stage: Stage, target: Target, chance: Random) -> str:
    """Half of the time the record is there, so that the view is reached; else what its address lets through, or not."""
    real = stage.path(target)
    if real is not None and chance.random() < 0.6:
        return with_query(real, values.query(chance, target.queries))
    pieces = [quoted(str(values.part_of_path(chance, converter))) for converter in target.converters.values()]
    start = (real or "/").partition("?")[0]
    if not pieces or chance.random() < 0.2:
        return f"{start}{quoted(chance.choice(values.NASTY))}"
    return with_query(target.path(pieces), values.query(chance, target.queries))


@pytest.mark.parametrize("part", range(PARTS))
def test_no_address_breaks(stage: Stage, part: int) -> None:
    for target in chosen(part):
        for who, method in throws(stage, target):
            chance = dice(target.name, who, method)
            path, headers = address(stage, target, chance), chance.choice(values.HEADERS)
            body = chance.choice(values.BODIES) if method not in {"GET", "HEAD"} else None
            stage.pen.draws = chance.randrange(DRAWN) == 0
            try:
                stage.throw(who, method, path, body, **headers)
            except Exception as error:  # noqa: BLE001 – whatever comes out is what is looked for
                sent = f"{method} {path[:200]} as {who}, headers {headers}, body {str(body)[:120]}"
                stage.figures.breaks(f"{target.name}: {sent}: {story(error)}")
                print(stage.figures.broken[-1], flush=True)  # noqa: T201 – a run of half an hour says at once what it has found
    assert stage.figures.broken == []
