"""The clock looks through the register for records of one person."""

from __future__ import annotations

from django.db import transaction

from patients.duplicates import suspects
from patients.models import SuspectedDuplicate


def find_duplicates() -> int:
    """The worklist as the register stands now; what the desk has judged stays judged. How many pairs are open."""
    with transaction.atomic():
        judged = set(SuspectedDuplicate.objects.exclude(dismissed_at=None).values_list("one_id", "other_id"))
        rows = [
            SuspectedDuplicate(
                one_id=one, other_id=other, score=found.score, signs=[str(s) for s in found.signs]
            )
            for one, other, found in suspects()
            if (one, other) not in judged
        ]
        pairs = {(row.one_id, row.other_id) for row in rows}
        open_before = SuspectedDuplicate.objects.filter(dismissed_at=None)
        gone = [
            pk
            for pk, *pair in open_before.values_list("pk", "one_id", "other_id")
            if tuple(pair) not in pairs
        ]
        SuspectedDuplicate.objects.filter(pk__in=gone).delete()
        SuspectedDuplicate.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["one", "other"],
            update_fields=["score", "signs"],
        )
    return len(rows)
