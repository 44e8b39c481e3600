"""`manage.py verify_evidence`: whether the frozen years are still what was frozen."""

from __future__ import annotations

from typing import Any

from django.core.management import BaseCommand, CommandError

from partnerships.evidence_frozen import verify
from partnerships.models import FrozenEvidence


class Command(BaseCommand):
    help = "Computes the hashes of every frozen year of the evidence report anew. Ends with an error where one differs."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = []
        years = FrozenEvidence.objects.select_related("year").defer("paper").order_by("year__year", "pk")
        for frozen in years:
            verdict = verify(frozen)
            rows, paper = ("ok" if holds else "CHANGED" for holds in (verdict.rows_hold, verdict.paper_holds))
            self.stdout.write(f"{frozen.year}: rows {rows}, paper {paper}")
            if not verdict.holds:
                wrong.append(str(frozen.year))
        if wrong:
            raise CommandError(f"Not what was frozen: {', '.join(wrong)}.")
        self.stdout.write(f"{len(years)} frozen years verified.")
