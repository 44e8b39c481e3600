"""The filters of a record's timeline: they live in the address, so that a page can be kept or sent to oneself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.timeline import Source
from coordination.timeline_page import Place, Wanted
from practitioners.models import Practitioner

LONGEST = 60


class TimelineForm(forms.Form):
    """What cannot be read as a filter filters nothing."""

    mots = forms.CharField(
        label=_("Chercher un mot"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    nature = forms.MultipleChoiceField(label=_("Nature"), required=False, widget=forms.CheckboxSelectMultiple)
    auteur = forms.ChoiceField(label=_("Par"), required=False)
    du = forms.DateField(
        label=_("Du"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    au = forms.DateField(
        label=_("Au"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, data: Any, *, kinds: Sequence[Source], authors: Sequence[Practitioner]) -> None:
        super().__init__(data)
        choices = {"nature": [(kind.kind, kind.label) for kind in kinds]}
        choices["auteur"] = [("", _("Tous")), *((str(one.pk), one.display_name) for one in authors)]
        for name, chosen in choices.items():
            self.fields[name].choices = chosen  # type: ignore[attr-defined]

    def wanted(self, before: str) -> Wanted:
        self.full_clean()
        data = self.cleaned_data
        return Wanted(
            kinds=frozenset(data.get("nature") or ()),
            author=int(data["auteur"]) if data.get("auteur") else None,
            since=data.get("du"),
            until=data.get("au"),
            words=data.get("mots") or "",
            before=Place.read(before),
        )
