"""Requests for advanced consultations: who asks for what, how long until the visit, who still waits. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from partnerships.figures_asked import Asked
from partnerships.figures_columns_waits import (
    IN_TIME,
    REQUEST_MEDIAN,
    REQUEST_NINTH,
    REQUESTS,
    SERVED,
    TARGET,
    WAITING,
    WAITING_LATE,
    WITHIN_TARGET,
)
from partnerships.figures_period import Period
from partnerships.figures_scope import Scope
from partnerships.figures_sql import BEFORE, NOW, PERIODS, Found, Number, ask
from partnerships.figures_table import Line, Table, Unit, change, count, highest, plain, share, spoken, tenth
from partnerships.models.request import RequestOrigin

# Of a profession: what is asked of it.
IN_SCOPE = """
      AND (%(programmes)s::bigint[] IS NULL OR r.programme_id = ANY(%(programmes)s))
      AND (%(professions)s::bigint[] IS NULL OR category.profession_id = ANY(%(professions)s))"""

REQUEST = """
    partnerships_consultationrequest r
    JOIN partnerships_advancedconsultation programme ON programme.id = r.programme_id
    JOIN appointments_reasoncategory category ON category.id = programme.category_id"""

# A delay counts where the visit falls: what is still waited for has none yet, and is counted by `WAITING_NOW`.
DELAYS = f"""
WITH {PERIODS},
served AS (
    SELECT period.k, r.programme_id, programme.target_delay_days,
           (a.start_at AT TIME ZONE 'Europe/Paris')::date - (r.received_at AT TIME ZONE 'Europe/Paris')::date AS waited
    FROM period JOIN appointments_appointment a ON a.start_at >= period.since AND a.start_at < period.until
    JOIN {REQUEST} ON r.appointment_id = a.id
    WHERE r.received_at IS NOT NULL AND a.occupies AND a.status NOT IN ('held', 'noshow') {IN_SCOPE}
)
SELECT k, CASE grouping(programme_id) WHEN 1 THEN 'whole' ELSE 'programme' END, coalesce(programme_id::text, ''),
       count(*) AS served,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) AS median,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY waited) AS ninth,
       count(*) FILTER (WHERE waited <= target_delay_days) AS within_target
FROM served
GROUP BY k, GROUPING SETS ((), (programme_id))
"""  # noqa: S608 – pieces of our own

WAITING_NOW = f"""
SELECT 0, CASE grouping(r.programme_id) WHEN 1 THEN 'whole' ELSE 'programme' END, coalesce(r.programme_id::text, ''),
       count(*) AS waiting,
       count(*) FILTER (WHERE %(today)s - (r.received_at AT TIME ZONE 'Europe/Paris')::date > target_delay_days) AS late
FROM {REQUEST}
WHERE r.state IN ('received', 'asked', 'accepted', 'invited') AND r.received_at IS NOT NULL {IN_SCOPE}
GROUP BY GROUPING SETS ((), (r.programme_id))
"""  # noqa: S608 – pieces of our own

# One that was sent on to another programme goes on there: counted once.
PAIRS = f"""
WITH {PERIODS},
asked AS (
    SELECT period.k, r.programme_id,
           CASE r.origin WHEN 'house' THEN coalesce(r.requester_profession_id, requester.profession_id)::text
                         ELSE r.origin END AS source
    FROM period JOIN {REQUEST} ON r.received_at >= period.since AND r.received_at < period.until
    LEFT JOIN practitioners_practitioner requester ON requester.id = r.requester_id
    WHERE r.state NOT IN ('draft', 'withdrawn') AND r.redirected_to_id IS NULL {IN_SCOPE}
)
SELECT k, CASE grouping(source) WHEN 1 THEN 'whole' ELSE 'pair' END, coalesce(concat_ws('-', source, programme_id), ''),
       count(*) AS requests
FROM asked
GROUP BY k, GROUPING SETS ((), (source, programme_id))
"""  # noqa: S608 – pieces of our own


def request_delays(period: Period, scope: Scope) -> Found:
    """From the request to the visit, by « whole » and « programme »."""
    return ask(DELAYS, period, scope)


def requests_waiting(period: Period, scope: Scope, today: date) -> Found:
    """Who has no visit yet, on this day; by « whole » and « programme »."""
    return ask(WAITING_NOW, period, scope, today=today)


def request_pairs(period: Period, scope: Scope) -> Found:
    """By « whole » and « pair » (« from-programme »; from is a profession's key, « outside » or « self »)."""
    return ask(PAIRS, period, scope)


def request_delay_tables(asked: Asked) -> list[Table]:
    found = request_delays(asked.period, asked.scope)
    waiting = requests_waiting(asked.period, asked.scope, clock.today())
    keys = found.keys("programme") | waiting.keys("programme")
    lines = [
        Line(programme.name, _cells(found, waiting, "programme", pk, programme.target_delay_days))
        for pk, programme in asked.directory.programmes.items()
        if str(pk) in keys
    ]
    total = Line(_("Ensemble"), _cells(found, waiting, "whole", None, None))
    before = REQUEST_MEDIAN.before
    return [
        Table(
            "delais-des-demandes",
            _("De la demande au rendez-vous d’une consultation avancée"),
            _delay_sentence(total),
            _("Consultation avancée"),
            [REQUEST_MEDIAN, REQUEST_NINTH, TARGET, SERVED, WITHIN_TARGET, before, WAITING, WAITING_LATE],
            lines,
            total,
            drawn=3,
            kind="across",
            behind=[IN_TIME, SERVED.before],
        )
    ]


def _cells(found: Found, waiting: Found, part: str, key: int | None, target: int | None) -> list[Number]:
    now, before, left = found.of(part, key), found.of(part, key, period=BEFORE), waiting.of(part, key)
    return [
        tenth(now.get("median")),
        tenth(now.get("ninth")),
        None if target is None else Decimal(target),
        count(now.get("served")),
        share(now.get("within_target"), now.get("served")),
        tenth(before.get("median")),
        count(left.get("waiting")),
        count(left.get("late")),
        count(now.get("within_target")),
        count(before.get("served")),
    ]


def _delay_sentence(total: Line) -> str:
    median, _ninth, _target, served, within, _before, waiting, late = total.values[:8]
    words = {
        "median": spoken(median, Unit.DAYS),
        "within": spoken(within, Unit.PERCENT),
        "waiting": plain(waiting, Unit.COUNT),
        "late": plain(late, Unit.COUNT),
    }
    left = _("en attente aujourd’hui : %(waiting)s, dont %(late)s au-delà du délai visé") % words
    if not served:
        return _("Personne n’a été reçu ; %(left)s.") % {"left": left}
    words["left"] = left
    return _("La moitié en %(median)s au plus, %(within)s dans le délai visé ; %(left)s.") % words


def request_tables(asked: Asked) -> list[Table]:
    found = request_pairs(asked.period, asked.scope)
    lines = [Line(_pair(asked, key), _numbers(found, "pair", key)) for key in found.keys("pair")]
    lines.sort(key=lambda line: (-count(line.values[0]), -count(line.values[1]), line.label))
    total = Line(_("Ensemble"), _numbers(found, "whole", None))
    return [
        Table(
            "demandes",
            _("Demandes de consultation avancée"),
            _pair_sentence(lines, total),
            _("De → vers"),
            [REQUESTS, REQUESTS.before],
            lines,
            total,
            drawn=2,
            kind="across",
        )
    ]


def _numbers(found: Found, part: str, key: str | None) -> list[Number]:
    return [count(found.of(part, key, period=period).get("requests")) for period in (NOW, BEFORE)]


def _pair(asked: Asked, key: str) -> str:
    source, programme = key.split("-")
    name = (
        asked.directory.profession_name(int(source))
        if source.isdecimal()
        else str(RequestOrigin(source).label)
    )
    return f"{name} → {asked.directory.programmes[int(programme)].name}"


def _pair_sentence(lines: list[Line], total: Line) -> str:
    first = highest(lines)
    if first is None:
        return _("Aucune demande reçue.")
    return ngettext(
        "%(number)s demande, le plus souvent %(pair)s ; %(change)s.",
        "%(number)s demandes, le plus souvent %(pair)s ; %(change)s.",
        int(total.values[0] or 0),
    ) % {
        "number": plain(total.values[0], Unit.COUNT),
        "pair": first.label,
        "change": change(total.values[0], total.values[1], Unit.COUNT),
    }
