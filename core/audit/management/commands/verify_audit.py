"""`manage.py verify_audit`: is the trail whole? Ends with 1 where it is not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.audit.verify import verify


class Command(BaseCommand):
    help = "Recompute the chain of seals over the audit trail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--anchor",
            default="",
            help="a digest noted earlier, outside the database: it must still be in the chain",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify(options["anchor"])
        for found in verdict.breaks:
            self.stderr.write(f"{found.seal}: {found.what}")
        if not verdict.is_anchored:
            self.stderr.write("the noted digest is not in the chain: it was rewritten")
        if not verdict.is_whole:
            raise CommandError("the audit trail was tampered with")
        last = f", last digest {verdict.last.digest}" if verdict.last else ""
        self.stdout.write(
            f"whole: {verdict.events} events under {verdict.seals} seals, {verdict.open_events} not yet sealed{last}"
        )
