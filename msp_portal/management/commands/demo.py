"""`manage.py demo`: the invented centre, of any size, dated around today."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import transaction

from msp_portal.demo.clearing import clear
from msp_portal.demo.fill import SMALLEST_HOUSE, Wishes, fill
from practitioners.models import Centre


class Command(BaseCommand):
    help = "Invents a centre with its people and a year of visits. The same seed on the same day gives the same data."

    def add_arguments(self, parser: CommandParser) -> None:
        usual = Wishes()
        parser.add_argument("--seed", type=int, default=usual.seed)
        parser.add_argument(
            "--practitioners",
            type=int,
            default=usual.practitioners,
            help=f"default {usual.practitioners}, at least {SMALLEST_HOUSE}: those one signs in as",
        )
        parser.add_argument("--patients", type=int, default=usual.patients, help=f"default {usual.patients}")
        parser.add_argument(
            "--appointments",
            type=int,
            default=None,
            help="default: a year back and six weeks ahead, six tenths full",
        )
        parser.add_argument("--reset", action="store_true", help="empties the whole database first")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Invented people have no place here: this is not a demonstration (DEMO=1).")
        wishes = Wishes(
            **{key: options[key] for key in ("seed", "practitioners", "patients", "appointments")}
        )
        self.refuse_nonsense(wishes)
        with transaction.atomic():
            if options["reset"]:
                clear()
            elif Centre.objects.exists():
                self.stdout.write("A centre is there already; nothing was changed. --reset makes it anew.")
                return
            made = fill(wishes)
        self.stdout.write(
            "{practitioners} practitioners, {patients} patients, {appointments} appointments,"
            " {coming} of them to come.".format(**made)
        )

    def refuse_nonsense(self, wishes: Wishes) -> None:
        if wishes.practitioners < SMALLEST_HOUSE:
            raise CommandError(f"--practitioners must be {SMALLEST_HOUSE} or more.")
        if wishes.patients < 1 or (wishes.appointments or 0) < 0:
            raise CommandError("--patients must be 1 or more, --appointments 0 or more.")
