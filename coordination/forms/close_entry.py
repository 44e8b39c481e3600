"""To whom one entry is closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from practitioners.models import Practitioner

EVERYBODY = "tous"


class CloseEntryForm(forms.Form):
    whom = forms.ChoiceField(
        label=_("Qui ne doit pas lire cette ligne ?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choisissez à qui fermer cette ligne."),
            "invalid_choice": _("Choisissez dans la liste."),
        },
    )

    def __init__(self, *args: Any, team: Sequence[Practitioner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = {str(one.pk): one for one in team}
        named = [(key, f"{one.display_name}, {one.profession_name}") for key, one in self.team.items()]
        self.fields["whom"].choices = [  # type: ignore[attr-defined]
            *named,
            (EVERYBODY, _("Tous, sauf la personne qui l’a écrite")),
        ]

    @property
    def practitioner(self) -> Practitioner | None:
        return self.team.get(self.cleaned_data["whom"])
