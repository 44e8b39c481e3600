"""What is written to those who care for the same person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.actions.write_note import Address, Words
from coordination.forms.measures import MeasuresForm
from coordination.models import NoteKind
from coordination.models.note import LONGEST_TEXT
from coordination.note_access import Colleague
from core import clock
from core.web.fields import DayField, HourField
from patients.models import Patient

NOON = time(12)


class WordsForm(MeasuresForm):
    """Text and measures, and when they were taken if not just now."""

    text = forms.CharField(
        label=gettext_lazy("Texte de la note"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "accesskey": "n"}),
        error_messages={"max_length": gettext_lazy("Au plus 5 000 signes : allez à l’essentiel.")},
    )
    observed_on = DayField(label=gettext_lazy("Constaté le"), required=False)
    observed_hour = HourField(label=gettext_lazy("à"), required=False)

    def __init__(self, *args: Any, patient: Patient, **options: Any) -> None:
        super().__init__(*args, **options)
        self.patient = patient

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and not data.get("text") and not self.readings:
            self.add_error("text", _("Écrivez un texte ou au moins une mesure."))
        observed = self._observed(data)
        if observed is not None and observed > clock.now():
            self.add_error("observed_on", _("Ce moment n’est pas encore passé."))
        if observed is not None and clock.local(observed).date() < self.patient.birth_date:
            self.add_error("observed_on", _("Cette date précède la naissance."))
        return data

    def _observed(self, data: dict[str, Any]) -> datetime | None:
        """Nothing typed: now. A day without hour: noon, or now where that is today."""
        day, hour = data.get("observed_on"), data.get("observed_hour")
        today = clock.today()
        if hour is None and day in (None, today):
            return None
        return clock.at(day or today, hour or NOON)

    @property
    def words(self) -> Words:
        return Words(self.cleaned_data["text"], self.readings, self._observed(self.cleaned_data))


class NoteForm(WordsForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("Nature"),
        choices=NoteKind,
        initial=NoteKind.OBSERVATION,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choisissez la nature de la note.")},
    )
    for_team = forms.BooleanField(label=gettext_lazy("Toute l’équipe"), required=False, initial=True)
    named = forms.TypedMultipleChoiceField(
        label=gettext_lazy("À lire en particulier par"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Choisissez parmi les membres de l’équipe.")},
    )

    def __init__(self, *args: Any, colleagues: Sequence[Colleague], **options: Any) -> None:
        super().__init__(*args, **options)
        self.colleagues = {one.practitioner.pk: one for one in colleagues}
        self.fields["named"].choices = [(key, _line(one)) for key, one in self.colleagues.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("for_team") and not data.get("named") and "named" not in self.errors:
            self.add_error("named", _("Choisissez au moins un destinataire, ou toute l’équipe."))
        if data.get("kind") == NoteKind.MEASUREMENT and not self.errors and not self.readings:
            self.add_error("kind", _("Une note de mesures contient au moins une mesure."))
        return data

    @property
    def address(self) -> Address:
        named = [self.colleagues[key].practitioner for key in self.cleaned_data["named"]]
        return Address(list(self.colleagues.values()), self.cleaned_data["for_team"], named)


def _line(colleague: Colleague) -> str:
    one = colleague.practitioner
    line = f"{one.display_name}, {one.profession_name}"
    return (
        line
        if colleague.reads_for_the_team
        else _("%(who)s (ne lit que ce qui lui est adressé)") % {"who": line}
    )


class ReviseNoteForm(WordsForm):
    because = forms.CharField(
        label=gettext_lazy("Ce que vous corrigez"),
        max_length=300,
        help_text=gettext_lazy("La version d’avant reste lisible, avec cette raison."),
        error_messages={"required": gettext_lazy("Dites en quelques mots ce qui est corrigé.")},
    )
    seen_number = forms.IntegerField(min_value=1, max_value=32000, widget=forms.HiddenInput)


class WithdrawNoteForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi"),
        max_length=300,
        min_length=5,
        help_text=gettext_lazy("Par exemple : écrite dans le dossier d’une autre personne."),
        error_messages={
            "required": gettext_lazy("Dites pourquoi la note est retirée."),
            "min_length": gettext_lazy("Écrivez au moins quelques mots."),
        },
    )
