"""What is said of photographs that are taken together, and one way in for each view of the checklist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core import clock
from core.refusal import Refusal
from core.uploads.fields import FilesField, FilesInput
from core.web.fields import DayField
from patients.models import Patient
from teleconsult.actions.take_photo import check_photo
from teleconsult.models import BodySite, Lesion, PhotoPurpose, PhotoUpload, PhotoView, Side
from teleconsult.photo_checklist import EVERY, Shot

ACCEPTED = "image/jpeg,image/png,image/webp,image/heic,image/heif"
MOST_OF_A_VIEW = 10
LONG_AGO = date(1990, 1, 1)


class PhotoInput(FilesInput):
    """A camera where there is one, and the photographs of the telephone."""

    template_name = "teleconsult/photo_input.html"

    def __init__(self) -> None:
        super().__init__()
        self.attrs["accept"] = ACCEPTED


class PhotosField(FilesField):
    default_error_messages = {"too_many": _("Dix photos au plus de la même vue.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": PhotoInput(), "help_text": "", "required": False, **options})

    def validate(self, value: Any) -> None:
        if len(value) > MOST_OF_A_VIEW:
            raise forms.ValidationError(self.error_messages["too_many"], code="too_many")
        wrong = [sentence for file in value if (sentence := self._why_not(file, len(value)))]
        if wrong:
            raise forms.ValidationError(wrong)

    def _why_not(self, file: UploadedFile[Any], number: int) -> str:
        try:
            check_photo(file)
        except Refusal as refused:
            return f"{file.name} – {refused.sentence}" if number > 1 else str(refused.sentence)
        return ""


class PhotoRow(NamedTuple):
    """One view of the checklist, its way in, and what has arrived of it already."""

    shot: Shot
    field: forms.BoundField
    arrived: list[PhotoUpload]


class PhotosForm(forms.Form):
    """`shots`: of `photo_checklist`. `arrived`: what this person sent already, and has not saved yet."""

    lesion = forms.ModelChoiceField(
        label=_("Lésion suivie"),
        queryset=Lesion.objects.none(),
        required=False,
        empty_label=_("Aucune, ou une nouvelle"),
        help_text=_("Les photos d’une même lésion se comparent d’une date à l’autre."),
    )
    new_lesion = forms.CharField(
        label=_("Nom d’une nouvelle lésion à suivre"),
        help_text=_("Par exemple : grain de beauté, plaie du talon. Vide si vous ne la suivez pas."),
        max_length=80,
        required=False,
    )
    body_site = forms.ChoiceField(
        label=_("Endroit du corps"),
        choices=[("", _("Choisissez dans la liste")), *BodySite.choices],
        required=False,
        error_messages={"required": _("Choisissez l’endroit du corps.")},
    )
    side = forms.ChoiceField(label=_("Côté"), choices=[("", _("sans objet")), *Side.choices], required=False)
    precision = forms.CharField(
        label=_("Précision"),
        help_text=_("Par exemple : sous l’omoplate, 3 cm du bord."),
        max_length=80,
        required=False,
    )
    taken_on = DayField(label=_("Prises le"))
    agreed = forms.BooleanField(
        label=_("La personne est d’accord pour que ces photos soient prises et gardées dans son dossier."),
        error_messages={"required": _("Demandez-lui d’abord son accord, puis cochez cette case.")},
    )

    def __init__(
        self,
        *args: Any,
        patient: Patient,
        shots: Sequence[Shot] = EVERY,
        arrived: Iterable[PhotoUpload] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.shots, self.arrived = shots, list(arrived)
        self.initial.setdefault("taken_on", clock.today())
        lesions = Lesion.objects.filter(patient=patient).in_order()
        self.fields["lesion"].queryset = lesions  # type: ignore[attr-defined]
        self.fields["body_site"].required = not lesions
        if lesions:
            self.fields["body_site"].help_text = _("Inutile pour une lésion suivie.")
        for shot in shots:
            self.fields[f"photo-{shot.view}"] = PhotosField(label=shot.label)

    @property
    def rows(self) -> Iterator[PhotoRow]:
        for shot in self.shots:
            arrived = [one for one in self.arrived if one.view == shot.view]
            yield PhotoRow(shot, self[f"photo-{shot.view}"], arrived)

    def clean_taken_on(self) -> date:
        day: date = self.cleaned_data["taken_on"]
        if not LONG_AGO <= day <= clock.today():
            raise forms.ValidationError(_("Cette date n’est pas possible. Vérifiez l’année."), code="future")
        return day

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not said.get("lesion") and not said.get("body_site") and "body_site" not in self.errors:
            self.add_error("body_site", _("Choisissez l’endroit du corps, ou une lésion suivie."))
        has_files = any(said.get(name) for name in self.files_of_views) or self.whole
        if not has_files and not any(name in self.errors for name in self.files_of_views):
            self.add_error(self.files_of_views[0], _("Prenez au moins une photo, ou choisissez-en une."))
        return said

    @property
    def whole(self) -> list[PhotoUpload]:
        return [one for one in self.arrived if one.is_whole]

    @property
    def files_of_views(self) -> list[str]:
        return [f"photo-{shot.view}" for shot in self.shots]

    @property
    def taken_at(self) -> datetime:
        """Now for today's; midday of an earlier day."""
        day: date = self.cleaned_data["taken_on"]
        return clock.now() if day == clock.today() else clock.at(day, time(12))

    @property
    def place(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("body_site", "side", "precision")}

    @property
    def chosen(self) -> list[tuple[str, UploadedFile[Any]]]:
        """Files that came with the form itself, each with its view."""
        return [
            (str(shot.view), file)
            for shot in self.shots
            for file in self.cleaned_data.get(f"photo-{shot.view}") or []
        ]


class WithdrawPhotoForm(forms.Form):
    reason = forms.CharField(
        label=_("Raison du retrait"),
        help_text=_("Elle reste écrite dans le dossier. Par exemple : photo d’une autre personne."),
        max_length=300,
        error_messages={"required": _("Écrivez la raison : elle reste dans le dossier.")},
    )


class BeginForm(forms.Form):
    """A photograph is announced by the page's script: no words for people, the sizes are the browser's."""

    size = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    view = forms.ChoiceField(choices=PhotoView.choices)
    purpose = forms.ChoiceField(choices=PhotoPurpose.choices)
    bound_to = forms.CharField(max_length=40, required=False)
    name = forms.CharField(max_length=400, required=False)
    digest = forms.RegexField(r"^[0-9a-f]{64}$", required=False)
