"""Photographs of the record, and what is on its way to it."""

from __future__ import annotations

from tests.matrix.frame import Row, row
from tests.matrix.people import CARE, NOBODY

ONE = {"pk": "patient", "key": "photo"}
# Who took it answers for it.
AUTHOR = frozenset({"doctor"})
# A trainee writes a request in his supervisor's name.
WRITERS = AUTHOR | {"trainee"}

ROWS: list[Row] = [
    row("clinical_photos", CARE, NOBODY, pk="patient"),
    row("add_clinical_photos", CARE, pk="patient"),
    row("compare_clinical_photos", CARE, NOBODY, pk="patient"),
    row("begin_photo_upload", NOBODY, CARE, pk="patient"),
    row("clinical_photo", CARE, NOBODY, **ONE),
    row("withdraw_clinical_photo", NOBODY, AUTHOR, **ONE),
    row("clinical_photo_state", CARE, NOBODY, key="photo"),
    row("drop_clinical_photo", NOBODY, CARE, key="photo"),
    row("clinical_photo_picture", CARE, NOBODY, key="photo", size="vignette"),
    row("photo_upload", AUTHOR, key="photo_on_its_way"),
    row("expertise_photos", WRITERS, pk="draft_expertise"),
    row("join_expertise_photos", NOBODY, WRITERS, pk="draft_expertise"),
    row("add_visit_photo", NOBODY, AUTHOR, visit_key="photo_visit"),
    row("cancel_photo_upload", NOBODY, AUTHOR, key="photo_on_its_way"),
]
