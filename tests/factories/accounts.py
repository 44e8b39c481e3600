from typing import Any

import factory

from accounts.models import Role, RoleAssignment, User
from core import clock


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"personne{n}@example.org")
    first_name = "Camille"
    last_name = factory.Sequence(lambda n: f"Delattre{n}")


class RoleAssignmentFactory(factory.django.DjangoModelFactory[RoleAssignment]):
    class Meta:
        model = RoleAssignment

    user = factory.SubFactory(UserFactory)
    role = Role.SECRETARY
    since = factory.LazyFunction(clock.today)


def with_role(role: str, **fields: Any) -> User:
    user: User = UserFactory(**fields)
    RoleAssignmentFactory(user=user, role=role)
    return user
