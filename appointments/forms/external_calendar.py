from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from appointments.models import ExternalCalendar
from core.web.outside import MOST_BYTES, NotFetched, parsed
from practitioners.models import Practitioner


class ExternalCalendarForm(forms.ModelForm):
    """An address, else a file. What is known is never shown again: the address of a calendar is a secret."""

    address = forms.CharField(
        label=_("Adresse de l’agenda"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"}),
        help_text=_(
            "L’adresse « iCal » ou « ICS » que donne votre agenda. Elle est relue tous les quarts d’heure."
        ),
    )
    upload = forms.FileField(
        label=_("ou un fichier .ics"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        help_text=_("Lu une seule fois, 10 Mo au plus. Déposez-en un nouveau quand il change."),
    )

    class Meta:
        model = ExternalCalendar
        fields = ["name", "address", "upload", "counts_whole_days", "keeps_titles"]
        labels = {"name": _("Nom de cet agenda")}
        help_texts = {
            "name": _("Par exemple : famille, mairie, autre cabinet."),
            "counts_whole_days": _("Décochez si vous y notez surtout des anniversaires et des rappels."),
            "keeps_titles": _("Vous seul les lisez, sur le planning. Sinon seules les heures sont gardées."),
        }

    def __init__(self, *args: Any, practitioner: Practitioner, **options: Any) -> None:
        super().__init__(*args, **options)
        self.instance.practitioner = practitioner
        self.known = self.instance.address
        if self.instance.pk is not None:
            self.initial["address"] = ""
            self.fields["address"].help_text = _("Laissez vide pour garder l’adresse ou le fichier connu.")

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if address:
            try:
                address = parsed(address).geturl()
            except NotFetched as refused:
                raise forms.ValidationError(
                    _(
                        "Cette adresse n’est pas utilisable. Elle commence par https:// et ne contient ni espace"
                        " ni mot de passe."
                    ),
                    code="invalid",
                ) from refused
        return address

    def clean_upload(self) -> UploadedFile | None:
        upload: UploadedFile | None = self.cleaned_data["upload"]
        if upload is not None and (upload.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("Ce fichier est trop lourd : 10 Mo au plus."), code="too_large")
        return upload

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if data["address"] and data["upload"]:
            self.add_error("upload", _("Une adresse ou un fichier, pas les deux."))
        elif not data["upload"] and not data["address"]:
            if self.instance.pk is None:
                self.add_error("address", _("Donnez l’adresse de l’agenda, ou déposez un fichier."))
            data["address"] = self.known
        return data
