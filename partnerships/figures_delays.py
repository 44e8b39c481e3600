"""How long one waits, in days of the calendar: median, and what nine out of ten do not exceed. Pure: two queries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from partnerships.figures_asked import Asked
from partnerships.figures_columns_waits import (
    ANSWER_MEDIAN,
    ANSWER_NINTH,
    ANSWERS,
    DELAY_MEDIAN,
    DELAY_NINTH,
    DELAY_VISITS,
    FIRST_MEDIAN,
    FIRST_NINTH,
    FIRST_VISITS,
)
from partnerships.figures_period import Period
from partnerships.figures_scope import Scope
from partnerships.figures_sql import FIRST, PERIODS, PROGRAMMES, VISITS, Found, Number, Values, ask
from partnerships.figures_table import Column, Line, Table, Unit, change, count, highest, spoken, tenth

# Sessions of a series are booked together, months ahead; the day's pool is booked on its day: neither tells a delay.
BOOKINGS = f"""
WITH {PERIODS}, {VISITS}, {FIRST}, {PROGRAMMES},
waiting AS (
    SELECT visit.k, visit.profession_id, visit.bucket, visit.waited, programme_id,
           visit.start_at = first_visit.start_at AS is_first
    FROM visit LEFT JOIN first_visit USING (patient_id) LEFT JOIN programme_reason USING (reason_id)
    WHERE given AND NOT unscheduled AND series_id IS NULL
)
SELECT k,
       CASE grouping(profession_id, bucket, programme_id)
           WHEN 7 THEN 'whole' WHEN 3 THEN 'profession' WHEN 5 THEN 'bucket' ELSE 'programme' END,
       coalesce(profession_id::text, bucket::text, programme_id::text, ''),
       count(*) AS booked,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) AS booked_median,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY waited) AS booked_ninth,
       count(*) FILTER (WHERE is_first) AS firsts,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) FILTER (WHERE is_first) AS firsts_median,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY waited) FILTER (WHERE is_first) AS firsts_ninth
FROM waiting
GROUP BY k, GROUPING SETS ((), (profession_id), (bucket), (programme_id))
"""  # noqa: S608 – pieces of our own

# An adressage of the house is answered by the first session that was given; the delay counts where that visit falls.
REFERRALS = f"""
WITH {PERIODS},
answered AS (
    SELECT taker.profession_id, first_session.start_at,
           (first_session.start_at AT TIME ZONE 'Europe/Paris')::date
               - (r.sent_at AT TIME ZONE 'Europe/Paris')::date AS waited
    FROM coordination_referral r
    JOIN practitioners_practitioner taker ON taker.id = r.holder_id
    CROSS JOIN LATERAL (
        SELECT a.start_at FROM appointments_appointment a
        WHERE a.series_id = r.series_id AND a.occupies AND a.status NOT IN ('held', 'noshow')
        ORDER BY a.start_at LIMIT 1
    ) first_session
    WHERE r.sent_at IS NOT NULL AND first_session.start_at >= r.sent_at
      AND %(reasons)s::bigint[] IS NULL AND r.holder_id = ANY(%(practitioners)s)
)
SELECT k,
       CASE grouping(profession_id) WHEN 1 THEN 'whole' ELSE 'profession' END,
       coalesce(profession_id::text, ''),
       count(*) AS answered,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) AS answered_median,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY waited) AS answered_ninth
FROM period JOIN answered ON answered.start_at >= period.since AND answered.start_at < period.until
GROUP BY k, GROUPING SETS ((), (profession_id))
"""  # noqa: S608 – pieces of our own


def booking_delays(period: Period, scope: Scope) -> Found:
    """From the booking to the visit, and the same for who comes for the first time.

    By « whole », « profession », « bucket » and « programme » (an empty key: visits of none).
    """
    return ask(BOOKINGS, period, scope)


def referral_delays(period: Period, scope: Scope) -> Found:
    """From an adressage to its first session, by « whole » and by « profession » of who took it."""
    return ask(REFERRALS, period, scope)


@dataclass(frozen=True)
class Delay:
    """What the statement calls its number, median and ninth decile; the columns that show them."""

    names: tuple[str, str, str]
    median: Column
    ninth: Column
    number: Column

    def cells(self, now: Values, before: Values) -> list[Number]:
        number, median, ninth = self.names
        return [
            tenth(now.get(median)),
            tenth(now.get(ninth)),
            count(now.get(number)),
            tenth(before.get(median)),
            count(before.get(number)),
        ]

    def table(
        self, key: str, title: str, heading: str, lines: list[Line], total: Line, *, says: str = ""
    ) -> Table:
        return Table(
            key,
            title,
            says or _sentence(total),
            heading,
            [self.median, self.ninth, self.number, self.median.before],
            lines,
            total,
            drawn=2,
            kind="across",
            behind=[self.number.before],
        )


BOOKED = Delay(("booked", "booked_median", "booked_ninth"), DELAY_MEDIAN, DELAY_NINTH, DELAY_VISITS)
FIRSTS = Delay(("firsts", "firsts_median", "firsts_ninth"), FIRST_MEDIAN, FIRST_NINTH, FIRST_VISITS)
ANSWERED = Delay(("answered", "answered_median", "answered_ninth"), ANSWER_MEDIAN, ANSWER_NINTH, ANSWERS)


def delay_tables(asked: Asked) -> list[Table]:
    found = booking_delays(asked.period, asked.scope)
    return [
        *_bookings(asked, found),
        FIRSTS.table(
            "premiers-rendez-vous",
            _("Délai d’un premier rendez-vous dans la maison"),
            _("Profession"),
            _counted(asked.by_profession(found, FIRSTS.cells)),
            asked.total(found, FIRSTS.cells),
        ),
        _answers(asked),
    ]


def _bookings(asked: Asked, found: Found) -> Iterator[Table]:
    total = asked.total(found, BOOKED.cells)
    in_time = BOOKED.table(
        "delais-dans-le-temps",
        _("Délai d’un rendez-vous au fil du temps"),
        asked.bucket_heading,
        asked.by_bucket(found, BOOKED.cells),
        total,
    )
    yield replace(in_time.now_only(), kind="line")
    professions = asked.by_profession(found, BOOKED.cells)
    title = _("Délai d’un rendez-vous par profession")
    yield BOOKED.table(
        "delais-par-profession", title, _("Profession"), professions, total, says=_longest(professions)
    )
    programmes = asked.by_programme(found, BOOKED.cells)
    if programmes:
        title = _("Délai d’un rendez-vous par consultation avancée")
        table = BOOKED.table(
            "delais-des-consultations", title, _("Consultation"), programmes, total, says=_longest(programmes)
        )
        yield replace(table, total=None)


def _answers(asked: Asked) -> Table:
    found = referral_delays(asked.period, asked.scope)
    return ANSWERED.table(
        "delais-des-adressages",
        _("Délai d’un adressage à sa première séance"),
        _("Profession"),
        asked.by_profession(found, ANSWERED.cells),
        asked.total(found, ANSWERED.cells),
    )


def _counted(lines: list[Line]) -> list[Line]:
    """A profession that nobody came to for the first time has no delay to show."""
    return [line for line in lines if line.values[2] or line.values[3] is not None]


def _sentence(total: Line) -> str:
    median, ninth, visits, before = total.values[:4]
    if not visits:
        return _("Aucun délai à compter.")
    return _("La moitié en %(median)s au plus, neuf sur dix en %(ninth)s ; médiane : %(change)s.") % {
        "median": spoken(median, Unit.DAYS),
        "ninth": spoken(ninth, Unit.DAYS),
        "change": change(median, before, Unit.DAYS),
    }


def _longest(lines: list[Line]) -> str:
    first = highest(lines)
    if first is None:
        return _("Aucun délai à compter.")
    return _("Le plus long : %(who)s, %(median)s de délai médian.") % {
        "who": first.label,
        "median": spoken(first.values[0], Unit.DAYS),
    }
