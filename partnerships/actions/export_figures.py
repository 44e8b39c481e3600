from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from core.audit.record import record
from partnerships.figures_asked import Asked
from partnerships.figures_export import csv_of, workbook_of
from partnerships.figures_table import Table
from practitioners.house import the_house

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Export:
    name: str
    content_type: str
    body: bytes


@transaction.atomic
def export_figures(tables: list[Table], asked: Asked, *, as_csv: bool, actor: User) -> Export:
    """One table as CSV, or all of them as a workbook; small numbers stay in the house."""
    days = f"{asked.period.first.isoformat()}_{asked.period.ends_on.isoformat()}"
    if as_csv:
        made = Export(f"{tables[0].key}_{days}.csv", CSV, csv_of(tables[0], asked))
    else:
        made = Export(f"activite_{days}.xlsx", XLSX, workbook_of(tables, asked))
    record(actor, "figures.exported", the_house().centre or actor, file=made.name, scope=asked.scope.value)
    return made
