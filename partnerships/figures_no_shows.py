"""Who was expected and did not come: by profession, day, time, with and without a reminder. Pure: one query."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import french
from partnerships.figures_asked import Asked
from partnerships.figures_columns import EXPECTED, NO_SHOW_RATE, NO_SHOWS
from partnerships.figures_period import Period
from partnerships.figures_scope import Scope
from partnerships.figures_sql import PERIODS, VISITS, Found, Number, Values, ask
from partnerships.figures_table import Line, Table, Unit, change, count, highest, plain, share, spoken

# Only visits of which somebody has said what became of them: the others would make the rate look better than it is.
STATEMENT = f"""
WITH {PERIODS}, {VISITS},
reminded AS MATERIALIZED (
    SELECT DISTINCT m.subject_id FROM outbox_outboxmessage m, period
    WHERE m.state = 'sent' AND m.sent_at >= period.since - interval '45 days' AND m.sent_at < period.until
      AND m.kind LIKE 'appointments.reminder.%%' AND m.subject_type = 'appointments.appointment'
),
expected AS (
    SELECT visit.*, extract(isodow FROM start_at AT TIME ZONE 'Europe/Paris')::int - 1 AS weekday,
           CASE WHEN reminded.subject_id IS NULL THEN 'without' ELSE 'with' END AS reminder
    FROM visit LEFT JOIN reminded ON reminded.subject_id = visit.id
    WHERE visit.status <> 'booked'
)
SELECT k,
       CASE grouping(profession_id, bucket, weekday, reminder)
           WHEN 15 THEN 'whole' WHEN 7 THEN 'profession' WHEN 11 THEN 'bucket' WHEN 13 THEN 'weekday'
           ELSE 'reminder' END,
       coalesce(profession_id::text, bucket::text, weekday::text, reminder, ''),
       count(*) AS expected,
       count(*) FILTER (WHERE NOT given) AS no_shows
FROM expected
GROUP BY k, GROUPING SETS ((), (profession_id), (bucket), (weekday), (reminder))
"""  # noqa: S608 – pieces of our own


def no_shows(period: Period, scope: Scope) -> Found:
    """By « whole », « profession », « bucket », « weekday » (0 is Monday) and « reminder » (with, without)."""
    return ask(STATEMENT, period, scope)


COLUMNS = [NO_SHOW_RATE, NO_SHOW_RATE.before, NO_SHOWS, EXPECTED]
BEHIND = [NO_SHOWS.before, EXPECTED.before]


def no_show_tables(asked: Asked) -> list[Table]:
    found = no_shows(asked.period, asked.scope)
    total = asked.total(found, _cells)
    weekdays = [
        asked.line(french.weekday_name(day), found, "weekday", day, _cells)
        for day in range(7)
        if str(day) in found.keys("weekday")
    ]
    reminders = [
        asked.line(label, found, "reminder", key, _cells)
        for key, label in (("with", _("avec un rappel")), ("without", _("sans rappel")))
    ]
    professions = asked.by_profession(found, _cells)
    in_time = _table(
        "absences-dans-le-temps",
        _("Absences au fil du temps"),
        _sentence(total),
        asked.bucket_heading,
        asked.by_bucket(found, _cells),
        total,
    )
    by_profession = _table(
        "absences-par-profession",
        _("Absences par profession"),
        _most(professions),
        _("Profession"),
        professions,
        total,
    )
    by_day = _("Absences par jour de la semaine")
    by_reminder = _("Absences avec et sans rappel")
    return [
        replace(in_time.now_only(), kind="line"),
        replace(by_profession, kind="across"),
        _table("absences-par-jour", by_day, _most(weekdays), _("Jour"), weekdays, total),
        _table("absences-et-rappels", by_reminder, _reminders(reminders), _("Rendez-vous"), reminders, total),
    ]


def _table(key: str, title: str, sentence: str, heading: str, lines: list[Line], total: Line) -> Table:
    return Table(key, title, sentence, heading, COLUMNS, lines, total, drawn=2, behind=BEHIND)


def _cells(now: Values, before: Values) -> list[Number]:
    return [
        share(now.get("no_shows"), now.get("expected")),
        share(before.get("no_shows"), before.get("expected")),
        *(count(row.get(name)) for row in (now, before) for name in ("no_shows", "expected")),
    ]


def _sentence(total: Line) -> str:
    rate, before, missed, expected = total.values[:4]
    if not expected:
        return _("Aucun rendez-vous pointé.")
    return ngettext(
        "%(missed)s absence sur %(expected)s rendez-vous attendus, soit %(rate)s ; %(change)s.",
        "%(missed)s absences sur %(expected)s rendez-vous attendus, soit %(rate)s ; %(change)s.",
        int(missed or 0),
    ) % {
        "missed": plain(missed, Unit.COUNT),
        "expected": plain(expected, Unit.COUNT),
        "rate": spoken(rate, Unit.PERCENT),
        "change": change(rate, before, Unit.PERCENT),
    }


def _most(lines: list[Line]) -> str:
    first = highest(lines)
    if first is None:
        return _("Aucune absence.")
    return _("Le plus d’absences : %(who)s, %(rate)s.") % {
        "who": first.label,
        "rate": spoken(first.values[0], Unit.PERCENT),
    }


def _reminders(lines: list[Line]) -> str:
    reminded, alone = (line.values[0] for line in lines)
    if reminded is None or alone is None:
        return _("Pas de quoi comparer : tous les rendez-vous sont d’un seul côté.")
    return _("%(reminded)s d’absences après un rappel, %(alone)s sans rappel.") % {
        "reminded": spoken(reminded, Unit.PERCENT),
        "alone": spoken(alone, Unit.PERCENT),
    }
