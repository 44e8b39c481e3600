"""The figures as files: CSV as French spreadsheets open it, XLSX with its dictionary. Masked. Pure."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from core import clock
from core.formats import french
from core.formats.cells import safe
from partnerships.figures_asked import Asked
from partnerships.figures_dictionary import DICTIONARY
from partnerships.figures_masking import hidden, outgoing
from partnerships.figures_sql import Number
from partnerships.figures_table import Column, Table, Unit

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

BOM = "\ufeff"
FORMATS = {Unit.COUNT: "#,##0", Unit.HOURS: "#,##0", Unit.PERCENT: "0.0", Unit.DAYS: "0.0"}


def csv_of(table: Table, asked: Asked) -> bytes:
    """The period and whose figures they are stand in every line, so that files can be put one below the other."""
    sheet = outgoing(table)
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    headings = [_("Du"), _("Au"), _("Pour"), table.first_heading]
    writer.writerow([safe(cell) for cell in [*headings, *(column.full_heading for column in sheet.columns)]])
    period = [asked.period.first.isoformat(), asked.period.ends_on.isoformat(), asked.scope.label]
    for label, values in sheet.rows:
        writer.writerow([safe(cell) for cell in [*period, label]] + [_written(value) for value in values])
    return (BOM + out.getvalue()).encode()


def _written(value: Number | str) -> str:
    """« 62,4 »: the decimal comma, and nothing between thousands."""
    return "" if value is None else safe(value) if isinstance(value, str) else str(value).replace(".", ",")


def workbook_of(tables: list[Table], asked: Asked) -> bytes:
    """First what this is, then the dictionary, then a sheet for each table."""
    from xlsxwriter import Workbook  # with the first workbook: few processes ever write one

    out = BytesIO()
    # Text stays text: no formula, no link, no number made of what looks like one.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(out, options) as book:
        book.set_properties(
            {"title": _("Activité de la maison"), "created": clock.now().replace(tzinfo=None)}
        )
        writer = _Writer(book)
        writer.about(asked)
        writer.dictionary()
        for table in tables:
            writer.table(table)
    return out.getvalue()


class _Writer:
    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.numbers = {unit: book.add_format({"num_format": FORMATS[unit]}) for unit in Unit}
        self.right = book.add_format({"align": "right"})

    def about(self, asked: Asked) -> None:
        sheet = self.book.add_worksheet(_("À propos"))
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 90)
        sheet.write_string(0, 0, _("Activité de la maison"), self.title)
        facts = [
            (_("Pour"), asked.scope.label),
            (_("Période"), asked.period.label),
            (_("Période d’avant"), asked.period.before.label),
            (_("Établi le"), french.full_day_with_year(clock.now())),
            (
                _("Petits nombres"),
                _(
                    "« %(hidden)s » : non communiqué : moins de 5 personnes, ou un nombre qui les ferait retrouver."
                )
                % {"hidden": hidden()},
            ),
            (
                _("Arrondis"),
                _(
                    "Les nombres de personnes et de rendez-vous sont arrondis à 5 près, les taux et les délais à "
                    "l’unité : un total peut différer de la somme de ses lignes. Les chiffres exacts restent à l’écran."
                ),
            ),
        ]
        for row, (name, value) in enumerate(facts, start=2):
            sheet.write_string(row, 0, str(name), self.bold)
            sheet.write_string(row, 1, str(value), self.text)

    def dictionary(self) -> None:
        sheet = self.book.add_worksheet(_("Dictionnaire"))
        sheet.set_column(0, 1, 22)
        sheet.set_column(2, 2, 50)
        sheet.set_column(3, 3, 10)
        sheet.set_column(4, 5, 50)
        headings = [
            _("Thème"),
            _("Colonne"),
            _("Ce qu’elle dit"),
            _("Unité"),
            _("Source"),
            _("Comment c’est compté"),
        ]
        self._headings(sheet, headings)
        lines = [(theme, column) for theme, columns in DICTIONARY for column in columns]
        for row, (theme, column) in enumerate(lines, start=1):
            cells = (theme, column.heading, column.meaning, column.unit.label, column.source, column.how)
            for place, cell in enumerate(cells):
                sheet.write_string(row, place, str(cell), self.text)

    def table(self, table: Table) -> None:
        sheet = self.book.add_worksheet(table.key[:31])
        found = outgoing(table)
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, len(found.columns), 16)
        self._headings(sheet, [table.first_heading, *(column.full_heading for column in found.columns)])
        for row, (label, values) in enumerate(found.rows, start=1):
            sheet.write_string(row, 0, label)
            for place, (value, column) in enumerate(zip(values, found.columns, strict=True), start=1):
                self._cell(sheet, (row, place), value, column)

    def _headings(self, sheet: Worksheet, headings: list[str]) -> None:
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading, self.bold)
        sheet.freeze_panes(1, 1)

    def _cell(self, sheet: Worksheet, place: tuple[int, int], value: Number | str, column: Column) -> None:
        if isinstance(value, str):
            sheet.write_string(*place, value, self.right)
        elif isinstance(value, int | Decimal):
            sheet.write_number(*place, value, self.numbers[column.unit])
