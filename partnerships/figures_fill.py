"""How much of the open time was given, and how many seats of the sessions. Pure: two queries."""

from __future__ import annotations

from django.utils.translation import gettext as _

from partnerships.figures_asked import Asked
from partnerships.figures_columns import (
    BOOKED_HOURS,
    FILL,
    OPEN_HOURS,
    SEAT_FILL,
    SEATS,
    SEATS_TAKEN,
    SESSIONS,
    SESSIONS_CANCELLED,
)
from partnerships.figures_period import Period
from partnerships.figures_scope import Scope
from partnerships.figures_sql import PERIODS, VISITS, Found, Number, Values, ask
from partnerships.figures_table import Line, Table, Unit, change, count, highest, hours, plain, share, spoken

# Open time is what an opening leaves after absences, workshops and closures; openings that overlap count once, and of
# two visits at the same time one. A visit outside the openings fills nothing.
OPENING_TIME = f"""
WITH {PERIODS}, {VISITS},
away AS (
    SELECT practitioner_id, range_agg(tstzrange(start_at, end_at)) AS times
    FROM (
        SELECT practitioner_id, start_at, end_at FROM appointments_absence
        UNION ALL
        SELECT practitioner_id, start_at, end_at FROM appointments_workshophost
    ) taken
    WHERE end_at > %(start_before)s AND start_at < %(end)s
    GROUP BY practitioner_id
),
shut AS (
    SELECT place.id AS place_id, range_agg(tstzrange(c.start_at, c.end_at)) AS times
    FROM appointments_closure c
    JOIN practitioners_place place ON place.centre_id = c.centre_id AND c.place_id IS NULL OR c.place_id = place.id
    WHERE c.end_at > %(start_before)s AND c.start_at < %(end)s
    GROUP BY place.id
),
open_day AS (
    SELECT period.k, o.practitioner_id, (o.start_at AT TIME ZONE 'Europe/Paris')::date AS day,
           range_agg(tstzmultirange(tstzrange(o.start_at, o.end_at))
                     - coalesce(away.times, '{{}}') - coalesce(shut.times, '{{}}')) AS times
    FROM period
    JOIN appointments_opening o ON o.start_at >= period.since AND o.start_at < period.until
    LEFT JOIN away ON away.practitioner_id = o.practitioner_id
    LEFT JOIN shut ON shut.place_id = o.place_id
    WHERE o.cancelled_at IS NULL AND o.practitioner_id = ANY(%(practitioners)s)
      AND (%(programmes)s::bigint[] IS NULL OR EXISTS (
          SELECT FROM partnerships_consultationsession s
          WHERE s.opening_id = o.id AND s.programme_id = ANY(%(programmes)s)))
    GROUP BY period.k, o.practitioner_id, day
),
given_day AS (
    SELECT visit.k, visit.practitioner_id, (visit.start_at AT TIME ZONE 'Europe/Paris')::date AS day,
           range_agg(tstzrange(visit.start_at, visit.end_at)) AS times
    FROM visit GROUP BY visit.k, visit.practitioner_id, day
),
day AS (
    SELECT open_day.k, p.profession_id, date_trunc(%(step)s, day::timestamp)::date AS bucket,
           (SELECT sum(extract(epoch FROM upper(r) - lower(r))) FROM unnest(open_day.times) r) AS open_seconds,
           (SELECT sum(extract(epoch FROM upper(r) - lower(r)))
            FROM unnest(open_day.times * given_day.times) r) AS given_seconds
    FROM open_day
    JOIN practitioners_practitioner p ON p.id = open_day.practitioner_id
    LEFT JOIN given_day USING (k, practitioner_id, day)
)
SELECT k,
       CASE grouping(profession_id, bucket) WHEN 3 THEN 'whole' WHEN 1 THEN 'profession' ELSE 'bucket' END,
       coalesce(profession_id::text, bucket::text, ''),
       coalesce(sum(open_seconds), 0)::bigint AS open_seconds,
       coalesce(sum(given_seconds), 0)::bigint AS given_seconds
FROM day
GROUP BY k, GROUPING SETS ((), (profession_id), (bucket))
"""  # noqa: S608 – pieces of our own

SESSION_SEATS = f"""
WITH {PERIODS},
session AS (
    SELECT period.k, s.programme_id, s.seats, s.state <> 'cancelled' AS stands,
           (SELECT count(*) FROM appointments_appointment a
            WHERE a.opening_id = s.opening_id AND a.occupies AND a.status <> 'held') AS taken
    FROM period
    JOIN partnerships_consultationsession s ON s.start_at >= period.since AND s.start_at < period.until
    WHERE s.practitioner_id = ANY(%(practitioners)s)
      AND (%(programmes)s::bigint[] IS NULL OR s.programme_id = ANY(%(programmes)s))
)
SELECT k,
       CASE grouping(programme_id) WHEN 1 THEN 'whole' ELSE 'programme' END,
       coalesce(programme_id::text, ''),
       count(*) FILTER (WHERE stands) AS sessions,
       count(*) FILTER (WHERE NOT stands) AS cancelled,
       coalesce(sum(seats) FILTER (WHERE stands), 0) AS seats,
       coalesce(sum(taken) FILTER (WHERE stands), 0)::bigint AS taken
FROM session
GROUP BY k, GROUPING SETS ((), (programme_id))
"""  # noqa: S608 – pieces of our own


def opening_fill(period: Period, scope: Scope) -> Found:
    """By « whole », « profession » and « bucket »."""
    return ask(OPENING_TIME, period, scope)


def session_fill(period: Period, scope: Scope) -> Found:
    """By « whole » and « programme »."""
    return ask(SESSION_SEATS, period, scope)


def fill_tables(asked: Asked) -> list[Table]:
    found = opening_fill(asked.period, asked.scope)
    total, lines = asked.total(found, _hours), asked.by_profession(found, _hours)
    columns = [FILL, FILL.before, OPEN_HOURS, BOOKED_HOURS]
    title, in_time = _("Remplissage par profession"), _("Remplissage au fil du temps")
    heading, weeks = asked.bucket_heading, asked.by_bucket(found, _hours)
    return [
        Table(
            "remplissage-dans-le-temps",
            in_time,
            _sentence(total),
            heading,
            columns,
            weeks,
            total,
            kind="line",
        ).now_only(),
        Table(
            "remplissage-par-profession",
            title,
            _fullest(lines),
            _("Profession"),
            columns,
            lines,
            total,
            drawn=2,
            kind="across",
        ),
        _sessions(asked),
    ]


def _sessions(asked: Asked) -> Table:
    found = session_fill(asked.period, asked.scope)
    total = asked.total(found, _seats)
    return Table(
        "places-des-consultations",
        _("Places des consultations avancées"),
        _seats_sentence(total),
        _("Consultation avancée"),
        [SEAT_FILL, SEAT_FILL.before, SEATS_TAKEN, SEATS, SESSIONS, SESSIONS_CANCELLED],
        asked.by_programme(found, _seats),
        total,
        drawn=2,
        kind="across",
        behind=[SEATS_TAKEN.before],
    )


def _hours(now: Values, before: Values) -> list[Number]:
    return [
        share(now.get("given_seconds"), now.get("open_seconds")),
        share(before.get("given_seconds"), before.get("open_seconds")),
        hours(now.get("open_seconds")),
        hours(now.get("given_seconds")),
    ]


def _seats(now: Values, before: Values) -> list[Number]:
    names = ("taken", "seats", "sessions", "cancelled")
    return [
        share(now.get("taken"), now.get("seats")),
        share(before.get("taken"), before.get("seats")),
        *(count(now.get(name)) for name in names),
        count(before.get("taken")),
    ]


def _sentence(total: Line) -> str:
    fill, before, opened, _booked = total.values
    if not opened:
        return _("Aucune heure ouverte.")
    return _("%(fill)s des %(hours)s heures ouvertes ont été réservées ; %(change)s.") % {
        "fill": spoken(fill, Unit.PERCENT),
        "hours": plain(opened, Unit.HOURS),
        "change": change(fill, before, Unit.PERCENT),
    }


def _fullest(lines: list[Line]) -> str:
    first = highest(lines)
    if first is None:
        return _("Aucune heure réservée.")
    return _("Les agendas les plus pleins : %(who)s, %(fill)s.") % {
        "who": first.label,
        "fill": spoken(first.values[0], Unit.PERCENT),
    }


def _seats_sentence(total: Line) -> str:
    fill, _before, taken, seats, sessions = total.values[:5]
    if not sessions:
        return _("Aucune séance tenue.")
    return _("Places prises : %(taken)s sur %(seats)s, soit %(fill)s.") % {
        "taken": plain(taken, Unit.COUNT),
        "seats": plain(seats, Unit.COUNT),
        "fill": spoken(fill, Unit.PERCENT),
    }
