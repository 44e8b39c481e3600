from __future__ import annotations

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practitioners.models import Place, Profession
from practitioners.models.practitioner import SpokenLanguage


class DirectoryForm(forms.Form):
    """The filters of the directory. A word that means nothing filters nothing: the address may be old."""

    profession = forms.ChoiceField(label=_("Profession"), required=False)
    langue = forms.ChoiceField(label=_("Langue parlée"), required=False)
    lieu = forms.ChoiceField(label=_("Lieu"), required=False)
    acces = forms.BooleanField(label=_("Accessible en fauteuil roulant"), required=False)
    nouveaux = forms.BooleanField(label=_("Prend de nouveaux patients"), required=False)

    def __init__(
        self, data: object, *, professions: list[Profession], places: list[Place], languages: set[str]
    ) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        anything: list[tuple[str, str | Promise]] = [("", _("Peu importe"))]
        spoken = [(code, label) for code, label in SpokenLanguage.choices if code in languages]
        for name, choices in (
            ("profession", [(one.slug, one.name) for one in professions]),
            ("langue", spoken),
            ("lieu", [(str(one.pk), one.name) for one in places]),
        ):
            self.fields[name].choices = [*anything, *choices]  # type: ignore[attr-defined]

    def wishes(self) -> dict[str, str | bool]:
        """What is asked for and understood."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
