"""The pages of the figures, in their order, and the tables of each. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.figures_activity import activity, activity_tables
from partnerships.figures_asked import Asked
from partnerships.figures_delays import booking_delays, delay_tables
from partnerships.figures_fill import fill_tables, opening_fill
from partnerships.figures_no_shows import no_show_tables, no_shows
from partnerships.figures_referrals import referral_tables
from partnerships.figures_requests import request_delay_tables, request_tables
from partnerships.figures_sql import BEFORE, NOW, Found, Number, Values
from partnerships.figures_table import Table, Unit, change, share, spoken, tenth
from partnerships.figures_team import team_tables


@dataclass(frozen=True)
class Theme:
    slug: str
    label: str | Promise
    tables: Callable[[Asked], list[Table]]


THEMES = (
    Theme("", gettext_lazy("Activité"), activity_tables),
    Theme("remplissage", gettext_lazy("Remplissage"), fill_tables),
    Theme(
        "delais", gettext_lazy("Délais"), lambda asked: [*delay_tables(asked), *request_delay_tables(asked)]
    ),
    Theme("absences", gettext_lazy("Absences"), no_show_tables),
    Theme(
        "adressages",
        gettext_lazy("Adressages"),
        lambda asked: [*referral_tables(asked), *request_tables(asked)],
    ),
    Theme("equipe", gettext_lazy("Équipe"), team_tables),
)


def all_tables(asked: Asked) -> list[Table]:
    return [table for theme in THEMES for table in theme.tables(asked)]


@dataclass(frozen=True)
class Headline:
    """A number that one wants first, and what became of it. `slug` is the theme that explains it."""

    label: str
    value: str
    change: str
    slug: str


def headlines(asked: Asked) -> list[Headline]:
    """Four queries."""
    found = activity(asked.period, asked.scope)
    filled = opening_fill(asked.period, asked.scope)
    delays = booking_delays(asked.period, asked.scope)
    missed = no_shows(asked.period, asked.scope)

    def line(
        label: str, slug: str, unit: Unit, number: Callable[[Values], Number], source: Found
    ) -> Headline:
        now, before = (number(source.of("whole", period=period)) for period in (NOW, BEFORE))
        return Headline(label, spoken(now, unit), change(now, before, unit), slug)

    return [
        line(_("Rendez-vous donnés"), "", Unit.COUNT, lambda row: row.get("visits", 0), found),
        line(_("Personnes reçues"), "", Unit.COUNT, lambda row: row.get("patients", 0), found),
        line(_("Nouvelles personnes"), "", Unit.COUNT, lambda row: row.get("new_patients", 0), found),
        line(_("Remplissage"), "remplissage", Unit.PERCENT, _fill, filled),
        line(_("Délai médian"), "delais", Unit.DAYS, lambda row: tenth(row.get("booked_median")), delays),
        line(_("Absences"), "absences", Unit.PERCENT, _missed, missed),
    ]


def _fill(row: Values) -> Decimal | None:
    return share(row.get("given_seconds"), row.get("open_seconds"))


def _missed(row: Values) -> Decimal | None:
    return share(row.get("no_shows"), row.get("expected"))
