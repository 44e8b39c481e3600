"""Finding a person as the national rules of identity ask: date of birth first, then at most three letters.

The index of the date leaves a handful of rows even among 100,000: an index of the letters would never be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import FloatField, Func, Q, QuerySet, Value
from django.db.models.functions import Greatest

from accounts.access import is_desk
from accounts.models import User
from core.db import PlainName
from core.formats.names import plain
from patients.access import visible_patients
from patients.models import Patient

LETTERS = 3
MOST = 50
# Two spellings of one name share this much of their trigrams (« Lefevre », « Lefebvre »: 0.45).
ALIKE = 0.4


class Likeness(Func):
    """pg_trgm's share of common trigrams, from 0 to 1."""

    function = "similarity"
    output_field = FloatField()


def find_patients(user: User, born: date, letters: str) -> QuerySet[Patient]:
    """Those of this date of birth whom the account may open; letters of a name or first name narrow it. One query."""
    people = visible_patients(user)
    return named_like(people.identified() if is_desk(user) else people, born, letters)


def named_like(people: QuerySet[Patient], born: date, letters: str) -> QuerySet[Patient]:
    """Of these people, those of this date of birth, with these letters at the start of a name or first name."""
    found = people.filter(birth_date=born)
    start = plain(letters)[:LETTERS]
    if start:
        found = found.alias(
            plain_birth_name=PlainName("birth_name"),
            plain_used_name=PlainName("used_name"),
            plain_first_names=PlainName("birth_first_names"),
        ).filter(
            Q(plain_birth_name__startswith=start)
            | Q(plain_used_name__startswith=start)
            | Q(plain_first_names__startswith=start)
        )
    return found.order_by("birth_name", "birth_first_names", "pk")[:MOST]


def lookalikes(identity: Mapping[str, Any]) -> QuerySet[Patient]:
    """Who may be the same person: the same date of birth and a similar name, first name and name exchanged included."""
    name, first = plain(identity["birth_name"]), plain(identity["birth_first_names"])
    used = plain(identity.get("used_name") or "") or name
    return (
        Patient.objects.standing()
        .identified()
        .filter(birth_date=identity["birth_date"])
        .annotate(
            likeness=Greatest(
                Likeness(PlainName("birth_name"), Value(name)),
                Likeness(PlainName("birth_name"), Value(used)),
                Likeness(PlainName("used_name"), Value(name)),
                Likeness(PlainName("used_name"), Value(used)),
                Likeness(PlainName("birth_name"), Value(first)),
            )
        )
        .filter(likeness__gte=ALIKE)
        .order_by("-likeness", "pk")
    )
