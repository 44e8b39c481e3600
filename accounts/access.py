"""Which hats open which doors. Roles are rows (`RoleAssignment`); nobody asks for a boolean."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase

from accounts.models import Role, RoleAssignment, User


class SignedInRequest(HttpRequest):
    """What a view receives behind LoginRequiredMiddleware: the user is never anonymous."""

    user: User


DESK_ROLES = frozenset({Role.SECRETARY, Role.COORDINATOR, Role.ADMINISTRATOR})
CARE_ROLES = frozenset({Role.PRACTITIONER, Role.INTERN, Role.PARTNER})

type Visitor = User | AnonymousUser


def reads_health[V: Callable[..., HttpResponseBase]](view: V) -> V:
    """What a patient reads there is about somebody's health: a code by e-mail alone does not open it
    (`accounts.middleware.HealthDataMiddleware`). Booking stays as light as it is.
    """
    view.reads_health = True  # type: ignore[attr-defined]
    return view


def has_role(user: Visitor, *roles: str) -> bool:
    """True while one of the roles is in force today."""
    return isinstance(user, User) and user.is_active and bool(user.roles.intersection(roles))


def is_desk(user: Visitor) -> bool:
    """Secretary, coordinator, administrator: who, when, where; never clinical notes."""
    return has_role(user, *DESK_ROLES)


def is_practitioner(user: Visitor) -> bool:
    return has_role(user, Role.PRACTITIONER)


def holders_of(role: Role) -> QuerySet[User]:
    """The active accounts that wear this hat today, to be told of something."""
    held = RoleAssignment.objects.in_force().filter(role=role)
    return User.objects.filter(pk__in=held.values("user"), is_active=True)


def is_intern(user: Visitor) -> bool:
    return has_role(user, Role.INTERN)


def is_partner(user: Visitor) -> bool:
    return has_role(user, Role.PARTNER)


def is_coordinator(user: Visitor) -> bool:
    return has_role(user, Role.COORDINATOR)


def is_administrator(user: Visitor) -> bool:
    return has_role(user, Role.ADMINISTRATOR)


def gives_care(user: Visitor) -> bool:
    """May take part in somebody's care; that he does is another question (patients/access/)."""
    return has_role(user, *CARE_ROLES)


type View[**P, R] = Callable[Concatenate[Any, P], R]


def role_required[**P, R: HttpResponseBase](*roles: str) -> Callable[[View[P, R]], View[P, R]]:
    """Answer 404 to whoever has none of the roles: what is not for him does not exist."""

    def decorate(view: View[P, R]) -> View[P, R]:
        @wraps(view)
        def guarded(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if not has_role(request.user, *roles):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


desk_required = role_required(*DESK_ROLES)
