"""Who was received: visits, people, new people, from afar, without waiting. Pure: one query."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.figures_asked import Asked
from partnerships.figures_columns import (
    HOME_VISITS,
    NEW_PATIENTS,
    ONLINE,
    PATIENTS,
    TELECONSULTATIONS,
    UNSCHEDULED,
    VISITS,
)
from partnerships.figures_period import Period
from partnerships.figures_scope import Scope
from partnerships.figures_sql import FIRST, PERIODS, Found, Number, Values, ask
from partnerships.figures_sql import VISITS as VISIT_ROWS
from partnerships.figures_table import Line, Table, Unit, change, count, highest, plain, share, spoken

STATEMENT = f"""
WITH {PERIODS}, {VISIT_ROWS}, {FIRST}
SELECT k,
       CASE grouping(profession_id, bucket) WHEN 3 THEN 'whole' WHEN 1 THEN 'profession' ELSE 'bucket' END,
       coalesce(profession_id::text, bucket::text, ''),
       count(*) FILTER (WHERE given) AS visits,
       count(*) FILTER (WHERE given AND unscheduled) AS unscheduled,
       count(*) FILTER (WHERE given AND place_kind = 'video') AS teleconsultations,
       count(*) FILTER (WHERE given AND place_kind = 'home') AS home_visits,
       count(*) FILTER (WHERE given AND origin = 'online') AS online,
       count(DISTINCT patient_id) FILTER (WHERE given) AS patients,
       count(DISTINCT patient_id) FILTER (WHERE given AND visit.start_at = first_visit.start_at) AS new_patients,
       count(*) FILTER (WHERE status = 'booked') AS unmarked
FROM visit LEFT JOIN first_visit USING (patient_id)
GROUP BY k, GROUPING SETS ((), (profession_id), (bucket))
"""  # noqa: S608 – pieces of our own


def activity(period: Period, scope: Scope) -> Found:
    """By « whole », « profession » and « bucket »."""
    return ask(STATEMENT, period, scope)


COLUMNS = [VISITS, VISITS.before, PATIENTS, NEW_PATIENTS, UNSCHEDULED, TELECONSULTATIONS, HOME_VISITS, ONLINE]


def activity_tables(asked: Asked) -> list[Table]:
    found = activity(asked.period, asked.scope)
    total = asked.total(found, _cells)
    return [
        Table(
            "activite-dans-le-temps",
            _("Rendez-vous donnés au fil du temps"),
            _sentence(total),
            asked.bucket_heading,
            [VISITS, UNSCHEDULED, TELECONSULTATIONS, PATIENTS, NEW_PATIENTS],
            asked.by_bucket(found, _cells_in_time),
            asked.line(_("Ensemble"), found, "whole", None, _cells_in_time),
            drawn=2,
            note=_unmarked(found),
        ),
        Table(
            "activite-par-profession",
            _("Rendez-vous donnés par profession"),
            _first_profession(lines := asked.by_profession(found, _cells), total),
            _("Profession"),
            COLUMNS,
            lines,
            total,
            drawn=2,
            kind="across",
        ),
    ]


def _cells(now: Values, before: Values) -> list[Number]:
    own = ("patients", "new_patients", "unscheduled", "teleconsultations", "home_visits", "online")
    return [count(now.get("visits")), count(before.get("visits")), *(count(now.get(name)) for name in own)]


def _cells_in_time(now: Values, _before: Values) -> list[Number]:
    names = ("visits", "unscheduled", "teleconsultations", "patients", "new_patients")
    return [count(now.get(name)) for name in names]


def _sentence(total: Line) -> str:
    visits, before, patients, fresh = total.values[:4]
    words = {
        "visits": plain(visits, Unit.COUNT),
        "patients": plain(patients, Unit.COUNT),
        "new": plain(fresh, Unit.COUNT),
        "change": change(visits, before, Unit.COUNT),
    }
    people = ngettext("%(patients)s personne", "%(patients)s personnes", int(patients or 0)) % words
    newcomers = ngettext("dont %(new)s nouvelle", "dont %(new)s nouvelles", int(fresh or 0)) % words
    return _("%(visits)s rendez-vous pour %(people)s, %(newcomers)s ; %(change)s.") % {
        **words,
        "people": people,
        "newcomers": newcomers,
    }


def _first_profession(lines: list[Line], total: Line) -> str:
    first = highest(lines)
    if first is None:
        return _("Aucun rendez-vous donné.")
    return _("%(who)s : %(part)s des rendez-vous.") % {
        "who": first.label.capitalize(),
        "part": spoken(share(first.values[0], total.values[0]), Unit.PERCENT),
    }


def _unmarked(found: Found) -> str:
    number = count(found.of("whole").get("unmarked"))
    if not number:
        return ""
    return ngettext(
        "%(number)s rendez-vous passé n’a pas été pointé : il compte comme donné.",
        "%(number)s rendez-vous passés n’ont pas été pointés : ils comptent comme donnés.",
        number,
    ) % {"number": plain(number, Unit.COUNT)}
