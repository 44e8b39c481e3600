"""Questions that are asked all day long: Django writes them once a process, PostgreSQL plans them once a connection,
and several of them travel together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, cast

from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from psycopg import sql

from core.db import Column, column_of, insertion, of_one_type, written
from core.trips import Line, Sent, travel

# What may stand in a statement for ever. A moment or a day may not: it would be that of the first asking.
CONSTANTS = (str, bool, int)
# What a bigint holds.
STORABLE = range(-(2**63), 2**63)
# Rows that are inserted together: more than these are rare, and each number of them is a statement of its own.
FEW = 8
MARK = re.compile(r"(?<!%)%s")


class Given(Expression):
    """Stands in a question for a value that each asking gives."""

    def __init__(self, name: str, output_field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        return "%s", [self]


def given(name: str, kind: type[models.Field[Any, Any]] = models.BigIntegerField) -> Any:
    """Typed as anything: it stands where a number, a day or a moment stands otherwise."""
    return Given(name, kind())


@dataclass(frozen=True, slots=True)
class Asked[T]:
    """One statement with its values, and how its lines are read."""

    statement: str
    values: Sequence[Any] | dict[str, Any]
    read: Callable[[list[Line]], T]
    binary: bool = False
    once: bool = False

    def then[S](self, read: Callable[[T], S]) -> Asked[S]:
        """The same question, its answer read further."""
        return Asked(
            self.statement, self.values, lambda lines: read(self.read(lines)), self.binary, self.once
        )


def ask[T](asked: Asked[T]) -> T:
    return cast("T", ask_together(asked)[0])


def ask_together(*asked: Asked[Any]) -> list[Any]:
    """The answers, in one round trip. Each statement sees what was committed before it began, also while an earlier
    one of them waited for a lock. Where one fails, those after it are not carried out."""
    answers = travel(*(Sent(one.statement, one.values, one.binary, one.once) for one in asked))
    return [one.read(lines) for one, lines in zip(asked, answers, strict=True)]


class Question[M: models.Model]:
    """A queryset with `given()` in place of its values, written once: `question(patient=3)` can be asked.

    Answers whole rows, or tuples for `values_list`. Anything else than a name, a number or a truth in it must be given.
    """

    def __init__(self, rows: Callable[[], models.QuerySet[M, Any]]) -> None:
        self._rows = rows

    def __call__(self, **values: Any) -> Asked[list[Any]]:
        statement, names, read = self._written
        if any(isinstance(value, int) and value not in STORABLE for value in values.values()):
            return Asked("SELECT 1 WHERE false", [], read)  # no column holds such a number: nothing is found
        return Asked(statement, [of_one_type(values[name]) for name in names], read)

    @cached_property
    def _written(self) -> tuple[str, list[str], Callable[[list[Line]], list[Any]]]:
        rows = self._rows()
        compiler = rows.query.get_compiler(using=rows.db)
        statement, parameters = compiler.as_sql()
        names: list[str] = []
        marks = iter(parameters)
        statement = MARK.sub(lambda _mark: _fill(next(marks), names), statement)
        return statement, names, _reader(rows, compiler)


def _fill(parameter: Any, names: list[str]) -> str:
    if isinstance(parameter, Given):
        names.append(parameter.name)
        return "%s"
    assert isinstance(parameter, CONSTANTS), f"{parameter!r} would be the same for ever: give it"
    plain = str(parameter) if isinstance(parameter, str) else parameter
    return sql.Literal(plain).as_string(connection.connection).replace("%", "%%")


def _reader(rows: models.QuerySet[Any, Any], compiler: SQLCompiler) -> Callable[[list[Line]], list[Any]]:
    """As `ModelIterable` and `ValuesListIterable` read a cursor, with what is the same each time done once."""
    columns = [column for column, _sql, _alias in compiler.select]
    converters = compiler.get_converters(columns)

    def converted(lines: list[Line]) -> Iterable[Sequence[Any]]:
        return compiler.apply_converters(lines, converters) if converters else lines

    if not issubclass(rows._iterable_class, ModelIterable):
        return lambda lines: [tuple(line) for line in converted(lines)]
    model, places = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    first, last = places[0], places[-1] + 1
    names = [column.target.attname for column in columns[first:last]]
    beside = get_related_populators(compiler.klass_info, compiler.select, rows.db, rows._fetch_mode)  # type: ignore[attr-defined]
    annotations = list(compiler.annotation_col_map.items())

    def read(lines: list[Line]) -> list[Any]:
        found = []
        for line in converted(lines):
            row = model.from_db(rows.db, names, line[first:last])
            for related in beside:
                related.populate(line, row)
            for name, place in annotations:
                setattr(row, name, line[place])
            found.append(row)
        return found

    return read


class Lock(NamedTuple):
    """An advisory lock of the transaction, as `core.db.lock` takes it."""

    namespace: str
    key: int
    shared: bool = True


def locking(*locks: Lock) -> Asked[None]:
    """Taken one after the other, in this order."""
    names = ("pg_advisory_xact_lock_shared" if one.shared else "pg_advisory_xact_lock" for one in locks)
    calls = ", ".join(f"{name}(hashtext(%s), %s)" for name in names)
    values = [value for one in locks for value in (one.namespace, one.key % 2**31)]
    return Asked(f"SELECT {calls}", values, lambda _lines: None)


def updating(row: models.Model, *names: str) -> Asked[None]:
    """Writes these fields of a row that exists. No signal is sent."""
    statement, columns = _update(type(row), names)
    values = [written(row, column, is_new=False) for column in columns]
    return Asked(statement, [*values, of_one_type(row.pk)], lambda _lines: None)


@lru_cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[Column]]:
    fields = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in names]
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    table, key = quote(model._meta.db_table), quote(str(model._meta.pk.column))
    statement = f"UPDATE {table} SET {changes} WHERE {key} = %s RETURNING {key}"  # noqa: S608
    return statement, [column_of(field) for field in fields]


def inserting(rows: Sequence[models.Model], *, or_leave: bool = False) -> Asked[list[int]]:
    """Writes rows of one model; answers the keys of those that it wrote. `or_leave`: where a constraint (exclusion or
    unique) refuses one, nothing happens. No signal is sent."""
    statement, values = insertion(rows, or_leave=or_leave)
    return Asked(statement, values, lambda lines: [key for (key,) in lines], once=len(rows) > FEW)
