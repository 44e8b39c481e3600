from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from msp_portal import catalogue


class Command(BaseCommand):
    help = "Gather the texts of the screens into locale/ and compile them; --check only says what is missing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            catalogue.compile_house_words()
        elif not catalogue.house_words_are_compiled():
            raise CommandError("fr: the compiled file is older than its source; run: manage.py messages")
        for language in catalogue.LANGUAGES:
            texts = catalogue.update(settings.BASE_DIR, language)
            missing = catalogue.untranslated(texts)
            if options["check"]:
                self._refuse(language, missing, is_current=catalogue.is_current(texts, language))
            else:
                catalogue.write(texts, language)
            self.stdout.write(f"{language}: {len(texts)} texts, {len(missing)} without translation")

    def _refuse(self, language: str, missing: list[str], *, is_current: bool) -> None:
        if missing:
            shown = "\n".join(f"  {text}" for text in missing[:20])
            raise CommandError(f"{language}: {len(missing)} texts without translation:\n{shown}")
        if not is_current:
            raise CommandError(f"{language}: the catalogue is older than the code; run: manage.py messages")
