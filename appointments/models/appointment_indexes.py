"""By what appointments are looked for. A booking writes its row twice, and each time into every index that takes it:
those that concern few rows take only these (decision 57)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

INDEXES = [
    models.Index(
        fields=["practitioner", "start_at"],
        include=["blocked_until", "room", "held_until"],
        condition=Q(occupies=True),
        name="appointment_busy",
    ),
    models.Index(
        fields=["room", "start_at"],
        include=["blocked_until", "practitioner", "held_until"],
        condition=Q(occupies=True, room__isnull=False),
        name="appointment_room_busy",
    ),
    models.Index(
        fields=["patient", "start_at"],
        condition=Q(patient__isnull=False),
        name="appointment_by_patient",
    ),
    models.Index(
        fields=["practitioner", "start_at"],
        condition=Q(status="cancelled"),
        name="appointment_cancelled",
    ),
    models.Index(fields=["held_until"], condition=Q(status="held"), name="appointment_held"),
    models.Index(
        fields=["series", "start_at"],
        condition=Q(series__isnull=False),
        name="appointment_by_series",
    ),
    # For the few rows that have one; a hold has nobody who booked it yet.
    models.Index(
        fields=["accompanies"],
        condition=Q(accompanies__isnull=False),
        name="appointment_accompanies",
    ),
    models.Index(
        fields=["booked_by"],
        condition=Q(booked_by__isnull=False),
        name="appointment_booked_by",
    ),
]
