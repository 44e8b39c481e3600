"""Who sends to whom, from profession to profession. Pure: one query."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.figures_asked import Asked
from partnerships.figures_columns import REFERRALS
from partnerships.figures_period import Period
from partnerships.figures_scope import Scope
from partnerships.figures_sql import BEFORE, NOW, PERIODS, Found, Number, ask
from partnerships.figures_table import Line, Table, Unit, change, count, highest, plain

# One that was sent on goes on as another: counted once, where it went. Withdrawn ones were not wanted in the end.
STATEMENT = f"""
WITH {PERIODS},
sent AS (
    SELECT period.k, requester.profession_id AS source,
           coalesce(holder.profession_id, target.profession_id, r.profession_id) AS destination
    FROM period
    JOIN coordination_referral r ON r.sent_at >= period.since AND r.sent_at < period.until
    JOIN practitioners_practitioner requester ON requester.id = r.requester_id
    LEFT JOIN practitioners_practitioner holder ON holder.id = r.holder_id
    LEFT JOIN practitioners_practitioner target ON target.id = r.target_id
    WHERE r.state NOT IN ('draft', 'redirected', 'withdrawn') AND %(programmes)s::bigint[] IS NULL
)
SELECT k,
       CASE grouping(source) WHEN 1 THEN 'whole' ELSE 'pair' END,
       coalesce(concat_ws('-', source, destination), ''),
       count(*) AS referrals
FROM sent
WHERE %(professions)s::bigint[] IS NULL OR source = ANY(%(professions)s) OR destination = ANY(%(professions)s)
GROUP BY k, GROUPING SETS ((), (source, destination))
"""  # noqa: S608 – pieces of our own


def referrals(period: Period, scope: Scope) -> Found:
    """By « whole » and « pair » (« from-to », keys of professions)."""
    return ask(STATEMENT, period, scope)


def referral_tables(asked: Asked) -> list[Table]:
    found = referrals(asked.period, asked.scope)
    lines = [Line(_pair(asked, key), _numbers(found, "pair", key)) for key in found.keys("pair")]
    lines.sort(key=lambda line: (-count(line.values[0]), -count(line.values[1]), line.label))
    total = Line(_("Ensemble"), _numbers(found, "whole", None))
    return [
        Table(
            "adressages",
            _("Adressages entre professions"),
            _sentence(lines, total),
            _("De → vers"),
            [REFERRALS, REFERRALS.before],
            lines,
            total,
            drawn=2,
            kind="across",
        )
    ]


def _numbers(found: Found, part: str, key: str | None) -> list[Number]:
    return [count(found.of(part, key, period=period).get("referrals")) for period in (NOW, BEFORE)]


def _pair(asked: Asked, key: str) -> str:
    source, destination = (asked.directory.profession_name(int(part)) for part in key.split("-"))
    return f"{source} → {destination}"


def _sentence(lines: list[Line], total: Line) -> str:
    first = highest(lines)
    if first is None:
        return _("Aucun adressage envoyé.")
    return ngettext(
        "%(number)s adressage, le plus souvent %(pair)s ; %(change)s.",
        "%(number)s adressages, le plus souvent %(pair)s ; %(change)s.",
        int(total.values[0] or 0),
    ) % {
        "number": plain(total.values[0], Unit.COUNT),
        "pair": first.label,
        "change": change(total.values[0], total.values[1], Unit.COUNT),
    }
