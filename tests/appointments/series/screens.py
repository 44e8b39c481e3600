"""The form of a series as it is filled in, and what is read of its answer."""

from __future__ import annotations

from django.urls import reverse

from tests.cast import MONDAY


def url(name, patient, *more):
    return reverse(name, args=[patient.pk, *more])


def rhythm(**changes):
    return {
        "nombre": 4,
        "jours": [0, 3],
        "moment": "matin",
        "du": MONDAY.isoformat(),
        "rythme": 1,
        "ecart": 1,
    } | changes


def asked(reason, **changes):
    return {"motif": reason.pk, "prescrites": 10, "prescripteur": "Dr Martin"} | rhythm(**changes)


def lines(answer):
    found = answer.context["draft"].proposal.sessions
    return [one.slot.start_at if one.slot else one.is_left_out or one.sentence for one in found]


def fields(answer):
    sessions = answer.context["draft"].proposal.sessions
    values = [one.slot.value if one.slot else "-" if one.is_left_out else "" for one in sessions]
    return {"session": values, "key": str(answer.context["draft"].key)}


def address(page):
    return page.context["address"]
