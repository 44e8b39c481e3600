from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.web.fields import DayField
from partnerships.models import Partner, PartnerContact
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind


class PartnerForm(forms.ModelForm):
    ended_on = DayField(
        label=_("Partenariat terminé le"),
        required=False,
        help_text=_("À partir de ce jour, ce partenaire n’apparaît plus dans les listes."),
    )

    class Meta:
        model = Partner
        fields = [
            "name",
            "kind",
            "finess",
            "address",
            "postal_code",
            "city",
            "phone",
            "email",
            "secure_address",
            "note",
            "ended_on",
        ]
        help_texts = {"finess": _("9 caractères, dont une clé de contrôle.")}

    def _get_validation_exclusions(self) -> set[str]:
        """The house is not typed in, but names are unique within it."""
        return super()._get_validation_exclusions() - {"centre"}  # type: ignore[misc, no-any-return]


class ContactForm(forms.ModelForm):
    class Meta:
        model = PartnerContact
        fields = ["name", "role", "service", "phone", "email", "confirms_sessions", "receives_digest"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        written_to = data.get("confirms_sessions") or data.get("receives_digest")
        if written_to and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Pour recevoir des messages, ce contact a besoin d’un e-mail."))
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """Said once, beside the field."""
        return super()._get_validation_exclusions() | {"email"}  # type: ignore[misc, no-any-return]


class ProfessionalForm(forms.Form):
    practitioner = forms.ModelChoiceField(label=_("Professionnel"), queryset=Practitioner.objects.none())
    since = DayField(label=_("Depuis le"))

    def __init__(self, *args: Any, partner: Partner, **options: Any) -> None:
        super().__init__(*args, **options)
        outside = Practitioner.objects.active().exclude(kind=Kind.MEMBER).with_names()
        taken = partner.professionals.filter(until=None).values("practitioner")
        field = self.fields["practitioner"]
        field.queryset = outside.exclude(pk__in=taken)  # type: ignore[attr-defined]
        field.label_from_instance = lambda who: f"{who.display_name}, {who.profession_name}"  # type: ignore[attr-defined]
        self.fields["since"].initial = clock.today()
