from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.outbox import registry
from core.outbox.models import Channel, State

ALL = ("", _("tous"))


class MessageFilter(forms.Form):
    """Failed ones first: they are why somebody comes here."""

    state = forms.ChoiceField(label=_("État"), required=False)
    channel = forms.ChoiceField(label=_("Canal"), required=False)
    kind = forms.ChoiceField(label=_("Nature"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices("state", [ALL, *State.choices])
        self._choices("channel", [ALL, *Channel.choices])
        self._choices("kind", [ALL, *((kind.name, kind.label) for kind in registry.all_kinds())])

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def criteria(self) -> dict[str, str]:
        """Only what was chosen; an unknown word in the address filters nothing."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}
