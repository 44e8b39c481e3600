"""The account of a request comes with its roles: one query for both, on every page."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Model, Q

from accounts.access import is_administrator
from accounts.models import User
from core import clock


class RolesBackend(AuthenticationBackend):  # type: ignore[misc]
    def get_user(self, user_id: Any) -> User | None:
        today = clock.today()
        in_force = Q(role_assignments__until=None) | Q(role_assignments__until__gte=today)
        user = (
            User.objects.filter(pk=user_id)
            .annotate(
                role_names=ArrayAgg(
                    "role_assignments__role",
                    filter=in_force & Q(role_assignments__since__lte=today),
                    default=[],
                )
            )
            .first()
        )
        if user is None or not self.user_can_authenticate(user):
            return None
        user.__dict__["roles"] = frozenset(user.role_names)  # what the cached property would have asked for
        return user

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        """The hat decides, not a flag beside it: whoever loses the hat loses « Gestion » the same day."""
        return bool(user_obj.is_staff and is_administrator(user_obj))

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return self.has_perm(user_obj, app_label)
