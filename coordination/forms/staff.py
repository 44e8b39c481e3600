from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.models import StaffChange
from coordination.models.headcount import Direction
from core.web.fields import DayField
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind


class StaffChangeForm(forms.ModelForm):
    on = DayField(label=_("À partir du"), help_text=_("Le premier jour d’absence, ou le premier jour ici."))

    class Meta:
        model = StaffChange
        fields = ["direction", "practitioner", "name", "profession", "on", "is_sure", "reason", "replacement"]
        widgets = {"replacement": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        members = Practitioner.objects.filter(kind=Kind.MEMBER).select_related("profession")
        self.fields["practitioner"].queryset = members.order_by("last_name", "first_name")  # type: ignore[attr-defined]
        self.fields["profession"].required = False
        self.fields["profession"].help_text = _("Vide : celle du professionnel choisi.")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        who = data.get("practitioner")
        if data.get("direction") == Direction.LEAVES and who is None:
            self.add_error("practitioner", _("Choisissez le professionnel qui part."))
        elif who is None and not data.get("name"):
            self.add_error("name", _("Indiquez un nom, ou un professionnel de la maison."))
        if data.get("profession") is None:
            if who is not None:
                data["profession"] = self.instance.profession = who.profession
            elif "profession" not in self.errors:
                self.add_error("profession", _("Choisissez une profession."))
        return data
