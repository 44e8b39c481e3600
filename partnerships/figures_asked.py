"""One question to the figures: which period, whose, and the names in which the answer is written. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from partnerships.figures_period import Period
from partnerships.figures_scope import Directory, Scope
from partnerships.figures_sql import BEFORE, Found, Key, Number, Values
from partnerships.figures_table import Line

type Cells = Callable[[Values, Values], list[Number]]


@dataclass(frozen=True)
class Asked:
    period: Period
    scope: Scope
    directory: Directory

    def line(self, label: str, found: Found, part: str, key: Key, cells: Cells) -> Line:
        """`cells` makes the numbers of a line from what was counted now and before."""
        return Line(label, cells(found.of(part, key), found.of(part, key, period=BEFORE)))

    def total(self, found: Found, cells: Cells) -> Line:
        return self.line(_("Ensemble"), found, "whole", None, cells)

    def by_profession(self, found: Found, cells: Cells) -> list[Line]:
        keys = found.keys("profession")
        return [
            self.line(profession.plural_name, found, "profession", pk, cells)
            for pk, profession in self.directory.professions.items()
            if str(pk) in keys
        ]

    def by_programme(self, found: Found, cells: Cells) -> list[Line]:
        keys = found.keys("programme")
        return [
            self.line(programme.name, found, "programme", pk, cells)
            for pk, programme in self.directory.programmes.items()
            if str(pk) in keys
        ]

    def by_bucket(self, found: Found, cells: Cells) -> list[Line]:
        """Each week or month, those without anything too."""
        return [
            self.line(bucket.label, found, "bucket", bucket.key, cells) for bucket in self.period.buckets()
        ]

    @property
    def bucket_heading(self) -> str:
        return _("Semaine du") if self.period.step == "week" else _("Mois")
