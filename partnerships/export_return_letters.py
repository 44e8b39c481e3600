"""Return letters in what a person takes away: the words; a file goes with the documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from partnerships.models import ReturnLetter
from patients.export import Part, add_part


def _rows(keys: list[int]) -> Iterator[dict[str, Any]]:
    rows = ReturnLetter.objects.arrived().with_people().filter(request__patient__in=keys, document=None)
    for letter in rows.order_by("arrived_at", "pk"):
        patient = letter.request.patient
        yield {
            "for": patient.display_name if patient is not None else "",
            "from": f"{letter.author.display_name}, {letter.request.programme.partner.name}",
            "dated_on": letter.dated_on,
            "conclusion": letter.conclusion,
            "advice": letter.advice,
            "next_step": str(letter.get_next_step_display()),
        }


add_part(
    Part(
        name="return_letters",
        label=_("Comptes rendus de partenaires"),
        rows=_rows,
        words={
            "for": _("Pour"),
            "from": _("De"),
            "dated_on": _("Date"),
            "conclusion": _("Ce qui a été constaté"),
            "advice": _("Ce qui est proposé"),
            "next_step": _("Ensuite"),
        },
    )
)
