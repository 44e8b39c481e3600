"""How alike two records are, and which pairs of the whole register are worth a look. Reads, never writes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from django.db import connection

from core.formats.names import plain
from patients.models import Patient
from patients.models.merge import Sign
from patients.search import ALIKE

# From this score on a pair goes on the worklist; one name spelled alike on the same day of birth is not enough.
WORTH_A_LOOK = 60
SURE = 100


class Likeness(NamedTuple):
    score: int
    signs: list[Sign]


def likeness(one: Patient, other: Patient) -> Likeness:
    """0 to 100. Twins who share everything but the first name stay below the worklist."""
    points, signs = 0, []

    def count(sign: Sign | None, worth: int) -> None:
        nonlocal points
        points += worth
        if sign is not None:
            signs.append(sign)

    count(*_births(one, other))
    for sign, worth in _names(one, other):
        count(sign, worth)
    if "unknown" not in (one.sex, other.sex):
        count(Sign.SEX, 5) if one.sex == other.sex else count(None, -20)
    if one.birth_place_code and other.birth_place_code:
        count(Sign.BIRTH_PLACE, 10) if one.birth_place_code == other.birth_place_code else count(None, -15)
    if one.phone and one.phone == other.phone:
        count(Sign.PHONE, 15)
    if one.email and one.email.casefold() == other.email.casefold():
        count(Sign.EMAIL, 15)
    if one.ins_number and other.ins_number and one.ins_number != other.ins_number:
        points = 0  # the national register says that these are two people
    return Likeness(max(0, min(points, SURE)), signs)


def _births(one: Patient, other: Patient) -> tuple[Sign | None, int]:
    if one.birth_date == other.birth_date:
        return Sign.BIRTH_DATE, 30
    digits = [f"{born.birth_date:%d%m%Y}" for born in (one, other)]
    differ = sum(left != right for left, right in zip(*digits, strict=True))
    exchanged = one.birth_date.year == other.birth_date.year and (
        (one.birth_date.day, one.birth_date.month) == (other.birth_date.month, other.birth_date.day)
    )
    return (Sign.BIRTH_DATE_TYPO, 15) if differ == 1 or exchanged else (None, -40)


def _names(one: Patient, other: Patient) -> Iterator[tuple[Sign | None, int]]:
    names = [{plain(p.birth_name), plain(p.used_name)} - {""} for p in (one, other)]
    firsts = [_first_names(p) for p in (one, other)]
    if firsts[0] & names[1] and names[0] & firsts[1]:
        yield Sign.EXCHANGED, 40
        return
    best = max((trigrams_shared(a, b) for a in names[0] for b in names[1]), default=0.0)
    yield _graded(best, Sign.NAME, Sign.NAME_ALIKE, 25, otherwise=-30)
    best = max((trigrams_shared(a, b) for a in firsts[0] for b in firsts[1]), default=0.0)
    # Twins share all but this.
    yield _graded(best, Sign.FIRST_NAME, Sign.FIRST_NAME_ALIKE, 20, otherwise=-45)


def _first_names(patient: Patient) -> set[str]:
    """The first of the civil names, and the one that is used: the others are often left out."""
    return {plain(patient.birth_first_names.split(" ")[0]), plain(patient.used_first_name)} - {""}


def _graded(share: float, same: Sign, alike: Sign, worth: int, *, otherwise: int) -> tuple[Sign | None, int]:
    if share == 1:
        return same, worth
    return (alike, round(worth * 0.6)) if share >= ALIKE else (None, otherwise)


def trigrams_shared(one: str, other: str) -> float:
    """The same share as the database's `similarity`, for names already plain."""
    left, right = _trigrams(one), _trigrams(other)
    return len(left & right) / len(left | right) if left | right else 0.0


def _trigrams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[index : index + 3] for index in range(len(padded) - 2)} if word else set()


def suspects() -> Iterator[tuple[int, int, Likeness]]:
    """All pairs of the register that are worth a look; one statement narrows, the score decides."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, {"alike": ALIKE})
        pairs: Collection[tuple[int, int]] = cursor.fetchall()
    patients = Patient.objects.in_bulk({key for pair in pairs for key in pair})
    for one, other in pairs:
        found = likeness(patients[one], patients[other])
        if found.score >= WORTH_A_LOOK:
            yield one, other, found


# The same day and a name or first name alike; or the same telephone or address and both names alike: a slip in
# the date. Each join has an index or a hash of its own: no pair is compared with all others.
_CANDIDATES = """
WITH standing AS MATERIALIZED (
    SELECT id, birth_date, NULLIF(phone, '') AS phone, NULLIF(lower(email), '') AS email,
           plain_name(birth_name) AS name, plain_name(used_name) AS used,
           plain_name(split_part(birth_first_names, ' ', 1)) AS first
    FROM patients_patient p WHERE erased_at IS NULL AND merged_into_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM patients_pseudonym s WHERE s.patient_id = p.id AND s.lifted_at IS NULL)
), pair AS (
    SELECT a.id AS one, b.id AS other FROM standing a JOIN standing b USING (birth_date)
    WHERE a.id < b.id AND (
        (similarity(a.first, b.first) >= %(alike)s AND greatest(
            similarity(a.name, b.name), similarity(a.name, b.used), similarity(a.used, b.name)) >= %(alike)s)
        OR (a.name = b.first AND a.first = b.name))
    UNION
    SELECT a.id, b.id FROM standing a JOIN standing b USING (phone)
    WHERE a.id < b.id AND a.first = b.first AND similarity(a.name, b.name) >= %(alike)s
    UNION
    SELECT a.id, b.id FROM standing a JOIN standing b USING (email)
    WHERE a.id < b.id AND a.first = b.first AND similarity(a.name, b.name) >= %(alike)s
)
SELECT one, other FROM pair ORDER BY one, other
"""
