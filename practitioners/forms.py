from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from practitioners.models import Place, Practitioner, Profession
from practitioners.models.practitioner import SpokenLanguage
from practitioners.photo import portrait


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


class ProfileForm(forms.ModelForm):
    """What a practitioner says of himself to the public."""

    languages = forms.MultipleChoiceField(
        label=_("Langues parlées"),
        choices=SpokenLanguage.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    new_photo = forms.FileField(
        label=_("Photo"),
        required=False,
        help_text=_("JPEG, PNG ou WebP, 10 Mo au plus. Elle est recadrée en carré."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic"}),
    )
    remove_photo = forms.BooleanField(label=_("Retirer la photo"), required=False)

    class Meta:
        model = Practitioner
        fields = [
            "speciality",
            "presentation",
            "languages",
            "fees_sector",
            "fees_notes",
            "accepts_new_patients",
            "phone",
            "schedule_detail",
            "new_photo",
            "remove_photo",
        ]
        widgets = {"presentation": forms.Textarea(attrs={"rows": 6})}
        help_texts = {
            "presentation": _("Quelques phrases simples : ce que vous faites, pour qui, vos habitudes."),
            "fees_notes": _("Par exemple : tiers payant, prix d’une séance."),
            "accepts_new_patients": _("Décoché : seuls vos patients déjà suivis réservent en ligne."),
            "schedule_detail": _(
                "L’équipe de soins d’un patient voit toujours son nom ; un motif sensible "
                "reste caché à tous les autres."
            ),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.instance.photo:
            del self.fields["remove_photo"]

    def clean_new_photo(self) -> ContentFile | None:
        upload = self.cleaned_data.get("new_photo")
        return portrait(upload) if upload else None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("new_photo"):
            self.instance.photo = data["new_photo"]
        elif data.get("remove_photo"):
            self.instance.photo = ""
        return data
