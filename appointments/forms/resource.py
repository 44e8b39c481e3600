"""Rooms, devices, and the times at which they cannot be had."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.forms.absence import PeriodForm
from appointments.models import ResourceClosure
from practitioners.house import the_house
from practitioners.models import Equipment, EquipmentKind, Room


class RoomForm(forms.ModelForm):
    class Meta:
        model = Room
        fields = ["place", "name", "floor_note", "is_active"]
        help_texts = {"is_active": _("Décoché : la salle n’est plus proposée nulle part.")}


class EquipmentForm(forms.ModelForm):
    new_kind = forms.CharField(
        label=_("Ou un nouveau type"),
        help_text=_("Par exemple : électrocardiographe. C’est ce type qu’un motif demande."),
        max_length=80,
        required=False,
    )

    class Meta:
        model = Equipment
        fields = ["kind", "new_kind", "place", "name", "is_active"]
        help_texts = {
            "name": _("Ce qui distingue cet appareil : « ECG du premier étage »."),
            "is_active": _("Décoché : l’appareil ne compte plus pour les créneaux."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].required = False
        self.fields["kind"].queryset = EquipmentKind.objects.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["new_kind"] = " ".join(data.get("new_kind", "").split())
        if not data.get("kind") and not data["new_kind"]:
            self.add_error("kind", _("Choisissez un type d’équipement, ou écrivez-en un nouveau."))
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """The kind may be made together with the device."""
        return super()._get_validation_exclusions() | {"kind"}  # type: ignore[misc, no-any-return]


class ResourceClosureForm(PeriodForm):
    what = forms.ChoiceField(label=_("Salle ou équipement"))

    class Meta:
        model = ResourceClosure
        fields = ["what", "first_day", "start_time", "last_day", "end_time", "label"]
        help_texts = {"label": _("Par exemple : peinture, entretien annuel.")}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        places = the_house().places
        rooms = Room.objects.filter(is_active=True).order_by("place__name", "name")
        units = Equipment.objects.filter(is_active=True).order_by("place__name", "name")
        self.known: dict[str, Room | Equipment] = {f"room-{room.pk}": room for room in rooms}
        self.known |= {f"equipment-{unit.pk}": unit for unit in units}
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (key, f"{one.name} · {places[one.place_id].name}") for key, one in self.known.items()
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        chosen = self.known.get(data.get("what", ""))
        if isinstance(chosen, Room):
            self.instance.room, self.instance.equipment = chosen, None
        elif chosen is not None:
            self.instance.room, self.instance.equipment = None, chosen
        return data
