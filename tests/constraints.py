"""What the database itself refuses, by the name of its rule."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction


def refused_by_database(change: Callable[[], object]) -> str:
    with pytest.raises(IntegrityError) as caught:
        _at_the_end_of_a_transaction(change)
    return caught.value.__cause__.diag.constraint_name


def _at_the_end_of_a_transaction(change: Callable[[], object]) -> None:
    with transaction.atomic():
        change()
        connection.check_constraints()
