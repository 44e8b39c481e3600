"""Lists of open intervals in whole seconds: disjoint and in order, they are put together in one pass."""

from __future__ import annotations

from appointments.agenda import Intervals


def both(one: Intervals, other: Intervals) -> Intervals:
    """What two lists of disjoint open intervals have in common."""
    common: Intervals = []
    i = j = 0
    while i < len(one) and j < len(other):
        since, until = max(one[i][0], other[j][0]), min(one[i][1], other[j][1])
        if since < until:
            common.append((since, until))
        if one[i][1] < other[j][1]:
            i += 1
        else:
            j += 1
    return common


def either(one: Intervals, other: Intervals) -> Intervals:
    """Two lists of open intervals as one, disjoint and in order; what only touches stays apart."""
    merged: Intervals = []
    for since, until in sorted(one + other):
        if merged and since < merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], until)
        else:
            merged.append((since, until))
    return merged
