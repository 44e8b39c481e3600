"""« 30 minutes de retard » : whose and how long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models.delay import LONGEST, SHORTEST
from core.web.fields import lengths
from practitioners.models import Practitioner

OFFERED = (10, 15, 20, 30, 45, 60, 90, 120)


class DelayForm(forms.Form):
    qui = forms.ChoiceField(label=_("Qui a du retard"))
    minutes = forms.TypedChoiceField(
        label=_("Retard"),
        coerce=int,
        error_messages={"invalid_choice": _("Choisissez une durée de la liste.")},
    )

    def __init__(self, people: Sequence[Practitioner], present: int | None, data: Any = None) -> None:
        super().__init__(data, initial={"minutes": present or 30, "qui": data.get("qui", "") if data else ""})
        self.people = {one.slug: one for one in people}
        self.fields["qui"].choices = [(slug, one.display_name) for slug, one in self.people.items()]  # type: ignore[attr-defined]
        known = present if present is not None and SHORTEST <= present <= LONGEST else None
        self.fields["minutes"].choices = lengths(OFFERED, present=known)  # type: ignore[attr-defined]

    @property
    def practitioner(self) -> Practitioner:
        return self.people[self.cleaned_data["qui"]]
