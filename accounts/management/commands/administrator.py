"""`manage.py administrator E-MAIL`: who looks after the portal. Needed once, in a new house."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from accounts.actions.appoint_administrator import appoint_administrator


class Command(BaseCommand):
    help = "Makes this e-mail address an administrator’s, with an account where there is none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="where the code for signing in is sent")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"« {email} » is no e-mail address.") from error
        user, appointed = appoint_administrator(email)
        done = "is an administrator now" if appointed else "was an administrator already"
        self.stdout.write(f"{user.email} {done}. No password is set: ask for a code by e-mail at")
        self.stdout.write(f"{settings.PUBLIC_URL}{reverse('account_request_login_code')}")
        self.stdout.write(f"then begin with {settings.PUBLIC_URL}{reverse('first_steps')}")
