"""A list that does not say its order comes the other way round: what the database happens to do decides no test.

PostgreSQL reads rows as they were written for as long as its plan is the usual one, then all at once it does not.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet


def turn_round(patch: pytest.MonkeyPatch) -> None:
    read = QuerySet._fetch_all

    def read_from_the_end(rows: QuerySet[Any, Any]) -> None:
        is_new = rows._result_cache is None
        read(rows)
        if is_new and not rows.ordered:
            rows._result_cache.reverse()

    patch.setattr(QuerySet, "_fetch_all", read_from_the_end)
