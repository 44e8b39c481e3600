"""A NUL in an address leads nowhere, whoever asks and whatever the address names."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import StringConverter

from accounts.models import Role
from tests.factories.accounts import with_role

pytestmark = pytest.mark.django_db


def addresses(resolver: URLResolver, before: str = "/") -> list[str]:
    """Every address of ours in which a word may be anything, with a NUL there and a number elsewhere."""
    found: list[str] = []
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += addresses(entry, path) if "gestion" not in path and "compte" not in path else []
        elif isinstance(entry, URLPattern):
            converters = getattr(entry.pattern, "converters", {})
            words = [kind for kind in converters.values() if type(kind) is StringConverter]
            if words:
                found.append(path)
    return found


def fill(path: str) -> str:
    """« <int:pk>/<str:word>/ » becomes « 1/%00/ »."""
    first, *words = path.split("<")
    pairs = [word.split(">", 1) for word in words]
    return first + "".join(("1" if kind.startswith("int:") else "%00") + rest for kind, rest in pairs)


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.PRACTITIONER, Role.PARTNER, None])
def test_there_is_no_such_thing(client, role):
    asked = [fill(path) for path in addresses(get_resolver())]
    assert len(asked) > 20
    if role:
        client.force_login(with_role(role))
    answers = {path: (client.get(path).status_code, client.post(path).status_code) for path in asked}
    expected = {404} if role else {404, 302}
    assert {path: codes for path, codes in answers.items() if not set(codes) <= expected} == {}
