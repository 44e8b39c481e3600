from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.uploads.tidy import tidy


class Command(BaseCommand):
    help = "Compares every kept file with its row and its digest, as after a restore."

    def handle(self, *args: Any, **options: Any) -> None:
        found = tidy(read_all=True)
        self.stdout.write(
            f"Fichiers sans ligne effacés : {found.files_removed}. Lignes sans usage effacées : {found.rows_removed}."
        )
        if found.missing or found.altered:
            raise CommandError(f"Fichiers manquants : {found.missing}. Fichiers modifiés : {found.altered}.")
        self.stdout.write(self.style.SUCCESS("Tous les fichiers sont là, et tels qu’ils ont été contrôlés."))
