from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from appointments.actions.write_emergency_folder import write_emergency_folder


class Command(BaseCommand):
    help = "Écrit le dossier d’urgence (planning des jours à venir en PDF) maintenant."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in write_emergency_folder():
            self.stdout.write(str(path))
