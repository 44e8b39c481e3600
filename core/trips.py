"""Statements that are sent all day long: PostgreSQL plans each of them once a connection, and several travel in one
round trip. Django's own cursors write every value into the text and wait for each answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.generators import fetch_many, send
from psycopg.pq import DiagnosticField, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

type Line = tuple[Any, ...]

# A connection forgets all of them rather than keep more: lists of new lengths would fill its memory.
MOST = 300
MARK = re.compile(r"%(?:(%)|s|\((\w+)\)s)")
_names = count()


class Sent(NamedTuple):
    """One statement, and whether its answer comes in binary. `once`: not worth a plan that is kept."""

    statement: str
    values: Sequence[Any] | dict[str, Any]
    binary: bool = False
    once: bool = False


type Key = tuple[str, tuple[int, ...]]
type Plans = dict[Key, bytes]

# What each connection has prepared: the names, by statement and types of its values.
_plans: WeakKeyDictionary[psycopg.Connection[Any], Plans] = WeakKeyDictionary()
# « cached plan must not change result type », after a migration; a name that the server does not know.
OUTDATED = (b"0A000", b"26000")


class _Text(NamedTuple):
    query: bytes


class _Shown:
    """Django hands its statements to a cursor, counts and times them; this one only shows them."""

    def __init__(self) -> None:
        self._query = _Text(b"")  # where Django looks for what was sent

    def execute(self, statement: str, _values: Any = ()) -> None:
        self._query = _Text(statement.encode())


def travel(*sent: Sent) -> list[list[Line]]:
    """The lines that each statement answers. Each sees what was committed before it began, also while an earlier one
    waited for a lock. Where one fails, those after it are not carried out; the first refusal is raised."""
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    assert here.in_atomic_block or len(sent) == 1, "what travels together is one transaction"
    _announce(here, sent)
    with here.wrap_database_errors:
        raw = here.connection
        with raw.lock:
            return _Trip(raw, _plans.setdefault(raw, {})).go(sent)


def _announce(here: BaseDatabaseWrapper, sent: Iterable[Sent]) -> None:
    """As any other statement of Django's: in the counts of tests, in the log, under what watches it."""
    wrap = here.make_debug_cursor if here.queries_logged else here.make_cursor
    shown: Any = _Shown()
    cursor = wrap(shown)
    for one in sent:
        cursor.execute(one.statement, one.values)


class _Packed(NamedTuple):
    """A statement as it is written on the line."""

    key: Key
    statement: bytes
    values: Sequence[Any]
    formats: Sequence[Format]
    answer: Format
    once: bool


class _Trip:
    def __init__(self, raw: psycopg.Connection[Any], plans: Plans) -> None:
        self.raw, self.plans = raw, plans
        self.line: PGconn = raw.pgconn
        self.values = Transformer(raw)
        self.prepared: dict[int, Key] = {}
        self.places: list[int] = []
        self.steps = 0

    def go(self, sent: Iterable[Sent]) -> list[list[Line]]:
        packed = [self._pack(one) for one in sent]
        self.line.enter_pipeline_mode()
        try:
            self._begin()
            for one in packed:
                self._send(one)
            self.line.pipeline_sync()
            answers = self.raw.wait(_gather(self.line))
            self.line.exit_pipeline_mode()
        except BaseException:
            self.raw.close()  # half a trip: nobody knows what is still under way
            raise
        for place, key in self.prepared.items():
            if answers[place].status != ExecStatus.COMMAND_OK:
                self.plans.pop(key, None)
        for answer in answers:
            if answer.status == ExecStatus.FATAL_ERROR:
                if answer.error_field(DiagnosticField.SQLSTATE) in OUTDATED:
                    self.plans.clear()
                raise error_from_result(answer, encoding=self.raw.info.encoding)
        return [self._read(answers[place]) for place in self.places]

    def _pack(self, one: Sent) -> _Packed:
        statement, order = _numbered(one.statement)
        values = one.values
        if isinstance(values, dict):
            values = [values[name] for name in order]
        write = self.values
        written = write.dump_sequence(values, [PyFormat.AUTO] * len(values))
        answer = Format.BINARY if one.binary else Format.TEXT
        return _Packed(
            (one.statement, write.types or ()), statement, written, write.formats or (), answer, one.once
        )

    def _begin(self) -> None:
        if not self.raw.autocommit and self.line.transaction_status == TransactionStatus.IDLE:
            self._step(b"BEGIN")
        if len(self.plans) >= MOST:
            self.plans.clear()
            self._step(b"DEALLOCATE ALL")

    def _step(self, command: bytes) -> None:
        self.line.send_query_params(command, None)
        self.steps += 1

    def _send(self, one: _Packed) -> None:
        if one.once:
            self.line.send_query_params(
                one.statement, one.values, one.key[1], one.formats, result_format=one.answer
            )
        else:
            self.line.send_query_prepared(
                self._prepare(one), one.values, one.formats, result_format=one.answer
            )
        self.places.append(self.steps)
        self.steps += 1

    def _prepare(self, one: _Packed) -> bytes:
        name = self.plans.get(one.key)
        if name is None:
            name = self.plans[one.key] = b"trip_%d" % next(_names)
            self.line.send_prepare(name, one.statement, one.key[1])
            self.prepared[self.steps] = one.key
            self.steps += 1
        return name

    def _read(self, answer: PGresult) -> list[Line]:
        if answer.ntuples == 0:
            return []
        self.values.set_pgresult(answer)
        return self.values.load_rows(0, answer.ntuples, tuple)


def _gather(line: PGconn) -> PQGen[list[PGresult]]:
    yield from send(line)
    answers: list[PGresult] = []
    while True:
        [answer] = yield from fetch_many(line)
        if answer.status == ExecStatus.PIPELINE_SYNC:
            return answers
        answers.append(answer)


@lru_cache(maxsize=2048)
def _numbered(statement: str) -> tuple[bytes, list[str]]:
    """With `$1`, `$2` in place of `%s` or `%(name)s`, and the names in their order."""
    order: list[str] = []
    places = count(1)

    def number(mark: re.Match[str]) -> str:
        percent, name = mark.groups()
        if percent:
            return "%"
        if name is None:
            return f"${next(places)}"
        if name not in order:
            order.append(name)
        return f"${order.index(name) + 1}"

    return MARK.sub(number, statement).encode(), order
