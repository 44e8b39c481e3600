"""All rows, by room, and the records that they name: a new file of either is added here."""

from __future__ import annotations

from tests.matrix import (
    records_appointments,
    records_patients,
    records_practice,
    rows_appointments,
    rows_patients,
    rows_practice,
    rows_record,
)
from tests.matrix.frame import Row

RECORDS = (records_patients, records_practice, records_appointments)
ROOMS: dict[str, list[Row]] = {
    "patients": rows_patients.ROWS,
    "practice": rows_practice.ROWS,
    "appointments": rows_appointments.ROWS,
    "record": rows_record.ROWS,
}
ROWS = [row for rows in ROOMS.values() for row in rows]
