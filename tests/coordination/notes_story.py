"""How a note is written on its screen."""

from __future__ import annotations

from django.urls import reverse


def write(somebody, patient, **typed):
    data = {"kind": "observation", "for_team": "on", **typed}
    return somebody.client.post(reverse("write_note", args=[patient.pk]), data)
