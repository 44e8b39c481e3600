"""How a document is sent, and what of it the tests look at."""

from __future__ import annotations

from django.urls import reverse

SAID = {"kind": "report", "dated_on": "2026-11-03", "source": "CH d’Armentières"}


def page(document, name="document", *more):
    return reverse(name, args=[document.patient_id, document.pk, *more])
