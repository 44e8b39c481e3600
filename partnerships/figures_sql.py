"""What the statements of the figures have in common: the two periods, the visits of a scope, and how they are read.

Every row that comes back names its period (0 the one asked for, 1 the one before), what it is a part of (« whole »,
« profession », « bucket » …) and which one, as text; empty for the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db import connection

from partnerships.figures_period import Period
from partnerships.figures_scope import Scope

type Number = int | Decimal | None
type Key = object
type Values = dict[str, Number]

NOW, BEFORE = 0, 1

PERIODS = """
period(k, since, until) AS (
    VALUES (0, %(start)s::timestamptz, %(end)s::timestamptz), (1, %(start_before)s, %(end_before)s)
)"""

# Somebody was expected: neither held nor abandoned nor cancelled. « given »: he came, or nobody said that he did not.
VISITS = """
visit AS MATERIALIZED (
    SELECT period.k, a.id, a.patient_id, a.practitioner_id, p.profession_id, a.reason_id, a.opening_id, a.status,
           a.place_kind, a.origin, a.series_id, a.start_at, a.end_at,
           a.status <> 'noshow' AS given,
           date_trunc(%(step)s, a.start_at AT TIME ZONE 'Europe/Paris')::date AS bucket,
           (a.start_at AT TIME ZONE 'Europe/Paris')::date - (a.booked_at AT TIME ZONE 'Europe/Paris')::date AS waited,
           coalesce(o.audience = 'unscheduled', false) OR a.origin = 'sas' OR w.id IS NOT NULL AS unscheduled
    FROM period
    JOIN appointments_appointment a ON a.start_at >= period.since AND a.start_at < period.until
    JOIN practitioners_practitioner p ON p.id = a.practitioner_id
    LEFT JOIN appointments_opening o ON o.id = a.opening_id
    LEFT JOIN appointments_walkin w ON w.appointment_id = a.id
    WHERE a.occupies AND a.status <> 'held' AND a.practitioner_id = ANY(%(practitioners)s)
      AND (%(reasons)s::bigint[] IS NULL OR a.reason_id = ANY(%(reasons)s))
)"""

# Whom the house had never received before, whoever receives him now.
FIRST = """
first_visit AS (
    SELECT patient.patient_id, oldest.start_at
    FROM (SELECT DISTINCT patient_id FROM visit WHERE given) patient
    CROSS JOIN LATERAL (
        SELECT a.start_at FROM appointments_appointment a
        WHERE a.patient_id = patient.patient_id AND a.occupies AND a.status NOT IN ('held', 'noshow')
        ORDER BY a.start_at LIMIT 1
    ) oldest
)"""

# A reason of a professional belongs to one programme; where two were given the same name, to the older one.
PROGRAMMES = """
programme_reason AS (
    SELECT link.visitreason_id AS reason_id, min(reason.programme_id) AS programme_id
    FROM partnerships_programmereason_visit_reasons link
    JOIN partnerships_programmereason reason ON reason.id = link.programmereason_id
    GROUP BY link.visitreason_id
)"""


class Found:
    """The rows of one statement, asked for by what they are a part of."""

    def __init__(self, rows: Iterable[tuple[Any, ...]], names: list[str]) -> None:
        self._rows: dict[tuple[int, str, str], Values] = {}
        for period, part, key, *values in rows:
            self._rows[period, part, key] = dict(zip(names, values, strict=True))

    def of(self, part: str, key: Key = None, *, period: int = NOW) -> Values:
        """Empty where there is no row: nothing was counted."""
        return self._rows.get((period, part, "" if key is None else str(key)), {})

    def keys(self, part: str) -> set[str]:
        """Those of both periods."""
        return {key for _period, name, key in self._rows if name == part}


def ask(statement: str, period: Period, scope: Scope, **more: Any) -> Found:
    """One query. Its first three columns are period, part and key."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {**parameters(period, scope), **more})
        names = [column.name for column in cursor.description or ()][3:]
        return Found(cursor.fetchall(), names)


def parameters(period: Period, scope: Scope) -> Mapping[str, Any]:
    before = period.before
    return {
        "start": period.start,
        "end": period.end,
        "start_before": before.start,
        "end_before": before.end,
        "step": period.step,
        **scope.parameters,
    }
