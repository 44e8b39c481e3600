"""What PostgreSQL does for the house and Django has no word for. Migrations name this module: never move it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, Lookup
from django.db.models.sql.compiler import SQLCompiler
from psycopg.types.numeric import Int8

from core.trips import Sent, travel


class TsTzRange(Func):
    """`tstzrange(start, end)`: half-open [start, end[, so that 9 h–9 h 20 and 9 h 20–9 h 40 do not meet."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class DayRange(Func):
    """`daterange(since, until, '[]')`: both days are inside; no end where `until` is empty."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"
    output_field = DateRangeField()


class Among(Lookup):
    """`Among(F("pk"), keys)`: `= ANY(array)`. One parameter where `__in` sends hundreds to be quoted one by one."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", (*parameters, list(self.rhs))


def insert_or_none[M: models.Model](instance: M) -> M | None:
    """Insert the row, or answer None where a constraint (exclusion or unique) refuses it.

    `INSERT … ON CONFLICT DO NOTHING RETURNING`: under an exclusion constraint a plain INSERT deadlocks between
    rivals on overlapping but unequal ranges; this one never does. Other errors (check, foreign key) are raised.
    """
    [lines] = travel(Sent(*insertion([instance], or_leave=True)))
    return note_written(instance, lines[0][0]) if lines else None


def note_written[M: models.Model](instance: M, key: int) -> M:
    """As Django marks what it has saved."""
    instance.pk = key
    instance._state.adding = False
    instance._state.db = connection.alias
    return instance


def insertion(rows: Sequence[models.Model], *, or_leave: bool = False) -> tuple[str, list[Any]]:
    """The statement that inserts these rows of one model and answers their keys, and its values."""
    statement, columns = _insertion(type(rows[0]), len(rows), or_leave)
    return statement, [written(row, column, is_new=True) for row in rows for column in columns]


def of_one_type(value: Any) -> Any:
    """psycopg sends small numbers as smaller types, and PostgreSQL would plan the statement once for each of them."""
    return Int8(value) if type(value) is int else value


class Column(NamedTuple):
    """Where a value stands, and the type that goes to PostgreSQL as it is; anything else its field is asked about."""

    field: models.Field[Any, Any]
    name: str
    plain: type | None


PLAIN: dict[type, type] = {
    models.CharField: str,
    models.TextField: str,
    models.BooleanField: bool,
    models.DateTimeField: datetime,
    models.BigIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.UUIDField: UUID,
    models.ForeignKey: int,
}


@cache
def column_of(field: models.Field[Any, Any]) -> Column:
    is_set_by_saving = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    return Column(field, str(field.attname), None if is_set_by_saving else PLAIN.get(type(field)))


def written(row: models.Model, column: Column, *, is_new: bool) -> Any:
    """The value of this column as the statement takes it."""
    if column.plain is not None:
        value = getattr(row, column.name)
        if value is None:
            return None
        kind: type = type(value)
        if kind is column.plain and not (kind is datetime and value.tzinfo is None):
            return of_one_type(value)
    field = column.field
    return of_one_type(field.get_db_prep_save(field.pre_save(row, add=is_new), connection))


@lru_cache
def _insertion(model: type[models.Model], number: int, or_leave: bool) -> tuple[str, list[Column]]:
    quote = connection.ops.quote_name
    fields = [field for field in model._meta.concrete_fields if not (field.primary_key or field.generated)]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    line = f"({', '.join(['%s'] * len(fields))})"
    statement = (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {', '.join([line] * number)}"  # noqa: S608
        f" {'ON CONFLICT DO NOTHING ' if or_leave else ''}RETURNING {quote(str(model._meta.pk.column))}"
    )
    return statement, [column_of(field) for field in fields]


def lock(namespace: str, *keys: int, shared: bool = False) -> None:
    """Take transaction-level advisory locks, in ascending order of key so that two callers cannot cross.

    Shared holders do not wait for each other, only for an exclusive one.
    """
    assert connection.in_atomic_block, "an advisory lock of a transaction needs a transaction"
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    for key in sorted(set(keys)):
        travel(Sent(f"SELECT {function}(hashtext(%s), %s)", [namespace, key % 2**31]))


def violated(error: Exception) -> str | None:
    """The name of the constraint that PostgreSQL refused."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)


def constraint_sentence(error: Exception, model: type[models.Model]) -> Any | None:
    """The French sentence of the named constraint that PostgreSQL refused, if the model declares it."""
    name = violated(error)
    for constraint in model._meta.constraints:
        if constraint.name == name:
            return constraint.violation_error_message
    return None


class PlainName(Func):
    """A name as it is compared: « Lefèvre-Dupont » is « lefevredupont ». Made by core/migrations/0003."""

    function = "plain_name"
    output_field = models.TextField()


def together(*asked: models.QuerySet[Any, Any]) -> list[list[Any]]:
    """The rows of several small questions in one statement: a page that gathers from many tables waits once.

    Each question keeps its order, its joined relations and its annotations; what it prefetches is a question more.
    For tens of rows each: they travel as JSON.
    """
    compilers: list[SQLCompiler | None] = []
    parts: list[str] = []
    parameters: list[Any] = []
    for rows in asked:
        compiler = rows.query.get_compiler(using=rows.db)
        try:
            statement, given = compiler.as_sql()
        except EmptyResultSet:
            compilers.append(None)
            continue
        compilers.append(compiler)
        names = ", ".join(f"c{number}" for number in range(len(compiler.select)))
        parts.append(f"(SELECT json_agg(line)::text FROM ({statement}) AS line ({names}))")  # noqa: S608
        parameters += given
    if not parts:
        return [[] for _ in asked]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", parameters)
        answers = iter(cursor.fetchone() or ())
    return [
        _answered(rows, compiler, next(answers)) if compiler else []
        for rows, compiler in zip(asked, compilers, strict=True)
    ]


def _answered(rows: models.QuerySet[Any, Any], compiler: SQLCompiler, answer: str | None) -> list[Any]:
    """As Django would have read them: it is handed the lines in place of a cursor."""
    fields = [column.output_field for column, _sql, _alias in compiler.select]
    lines: Sequence[dict[str, Any]] = json.loads(answer, parse_float=Decimal) if answer else ()
    given = [[_value(*pair) for pair in zip(fields, line.values(), strict=True)] for line in lines]
    rows = rows.all()
    compiler.execute_sql = lambda *_args, **_kwargs: [given]  # type: ignore[assignment, method-assign]
    rows.query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]
    return list(rows)


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    """JSON of a column as its field would get it; a JSON column is read by its own converter."""
    if value is None:
        return None
    return json.dumps(value, default=str) if isinstance(field, models.JSONField) else field.to_python(value)
