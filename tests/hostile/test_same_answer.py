"""What is somebody else's answers like what is not there; one bad token answers like any other."""

from __future__ import annotations

import re
import uuid
from typing import Any, NamedTuple
from urllib.parse import quote

from django.core import signing
from django.urls import NoReverseMatch, reverse

from tests.hostile.sizes import DRAWN, IS_FULL, dice
from tests.hostile.stage import Stage, Target, targets
from tests.matrix.frame import Row
from tests.matrix.rows import ROWS

# Patients and members of the house to whom the owner's records are nothing, and somebody without an account.
OUTSIDERS = ("neighbour", "colleague", "visitor")
# In the small size one row in so many is asked for, by one of them and one method.
ONE_IN = 1 if IS_FULL else 6
METHODS = ("GET", "POST")
NOWHERE: dict[str, list[Any]] = {
    "IntConverter": [2_000_000_000, 1_999_999_999],
    "UUIDConverter": [uuid.UUID(int=7), uuid.UUID(int=2**128 - 1), uuid.uuid5(uuid.NAMESPACE_DNS, "x")],
    "ReferenceConverter": ["BCDF-2345", "ZZZZ-ZZZZ"],
    "SlugConverter": ["nulle-part", "x"],
    "StringConverter": ["x", "a" * 40, "A" * 22, signing.dumps(1, salt="tests.hostile")],
}
_ONCE = [
    (re.compile(r"nonce-[\w+/=-]{16,}|nonce=\"[^\"]+\""), "nonce"),
    (re.compile(r"\b[0-9A-Za-z]{64}\b"), "csrf"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "request"),
]
TARGETS = {target.name: target for target in targets()}


class Seen(NamedTuple):
    """What somebody can tell two answers apart by; the address itself, a nonce and a token tell nothing."""

    status: int
    goes_to: str
    kind: str
    caching: str
    page: str


def without(text: str, pieces: list[Any]) -> str:
    for piece in pieces:
        for shape in {quote(str(piece), safe=""), quote(str(piece)), quote(quote(str(piece))), str(piece)}:
            # The whole piece: « 1 » is none of « 144 ».
            text = re.sub(rf"(/|%2F){re.escape(shape)}(?![\w-])", r"\1…", text)
    return text


def ask(stage: Stage, who: str, method: str, row: Row, keys: dict[str, Any], *, is_drawn: bool) -> Seen:
    stage.pen.draws = is_drawn
    named = stage.world.keys.get
    asked = "&".join(f"{name}={named(kind, kind)}" for name, kind in row.query.items())
    path = reverse(row.name, kwargs=keys) + (f"?{asked}" if asked else "")
    answer: Any = stage.throw(who, method, path, dict(row.data) if method == "POST" else None)
    page = b"".join(answer) if answer.streaming else answer.content
    text = without(page.decode("utf-8", "replace"), list(keys.values()))
    for pattern, stand_in in _ONCE:
        text = pattern.sub(stand_in, text)
    return Seen(
        answer.status_code,
        without(answer.get("Location", ""), list(keys.values())),
        answer.get("Content-Type", ""),
        answer.get("Cache-Control", ""),
        text,
    )


def keys_of(stage: Stage, row: Row) -> dict[str, Any]:
    return {part: stage.world.keys.get(kind, kind) for part, kind in row.keys.items()}


def elsewhere(stage: Stage, target: Target, row: Row) -> list[dict[str, Any]]:
    """The same address of what is not there: each record in turn is one that nobody has."""
    real = keys_of(stage, row)
    return [
        real | {part: NOWHERE[target.converters[part]][0]}
        for part, kind in row.keys.items()
        if kind in stage.world.keys and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(real[part]))
    ]


def outsiders(row: Row, method: str) -> list[str]:
    inside = row.get if method == "GET" else row.post
    return [who for who in OUTSIDERS if who not in inside]


def test_what_is_anothers_is_not_there(stage: Stage) -> None:
    compared, told_apart = 0, []
    for row in ROWS[::ONE_IN]:
        chance = dice("same answer", row.name)
        asking = [(who, method) for method in METHODS for who in outsiders(row, method)]
        for who, method in asking if IS_FULL else [chance.choice(asking)] if asking else []:
            is_drawn = chance.randrange(DRAWN) == 0
            real = ask(stage, who, method, row, keys_of(stage, row), is_drawn=is_drawn)
            # 302: to the page where one signs in.
            assert real.status in {404, 405} or (who, real.status) == ("visitor", 302), (row.name, who, real)
            for keys in elsewhere(stage, TARGETS[row.name], row):
                compared += 1
                if ask(stage, who, method, row, keys, is_drawn=is_drawn) != real:
                    told_apart.append(f"{method} {row.name} {keys} as {who}")
    assert told_apart == []
    assert compared > 250 // ONE_IN


def bad_ones(stage: Stage, target: Target, row: Row) -> list[dict[str, Any]]:
    """Unknown, cut short, changed by one sign, signed for another purpose, signed by nobody."""
    real = keys_of(stage, row)
    found = []
    for part in row.keys:
        kind = target.converters[part]
        others = [stage.world.keys[name] for name in ("seat_link", "video_link", "feed_token", "offer")]
        spoilt = [str(real[part])[:-1] + "_", f"{real[part]}x", *others] if kind == "StringConverter" else []
        found += [real | {part: bad} for bad in [*NOWHERE[kind], *spoilt] if bad != real[part]]
    return found


def is_open(row: Row) -> bool:
    """What whoever has the token reaches without an account."""
    return bool(row.keys) and "visitor" in row.get | row.post


def test_there_is_one_answer_to_all_bad_tokens(stage: Stage) -> None:
    asked, told_apart = 0, []
    for row, method in [(row, method) for row in ROWS if is_open(row) for method in METHODS]:
        answers: dict[Seen, dict[str, Any]] = {}
        for keys in bad_ones(stage, TARGETS[row.name], row):
            try:
                answers.setdefault(ask(stage, "visitor", method, row, keys, is_drawn=True), keys)
            except NoReverseMatch:  # no such address: nothing is asked
                continue
            asked += 1
        if len(answers) != 1:
            told_apart.append((method, row.name, list(answers.values())))
    assert told_apart == []
    assert asked > 150
