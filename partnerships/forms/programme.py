from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import DESK_ROLES
from accounts.models import RoleAssignment, User
from appointments.models import ReasonCategory
from partnerships.models import AdvancedConsultation, ReasonKind
from practitioners.models import Place, Profession, Room


class ProgrammeForm(forms.ModelForm):
    first_minutes = forms.IntegerField(label=_("Première consultation (minutes)"), min_value=5, max_value=480)
    follow_up_minutes = forms.IntegerField(
        label=_("Suivi (minutes)"),
        min_value=5,
        max_value=480,
        required=False,
        help_text=_("Vide : pas de consultation de suivi."),
    )
    referrers = forms.ModelMultipleChoiceField(
        label=_("Professions qui peuvent adresser"),
        queryset=Profession.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Aucune cochée : toutes celles de la maison."),
    )

    class Meta:
        model = AdvancedConsultation
        fields = [
            "name",
            "category",
            "presentation",
            "entry_conditions",
            "place",
            "room",
            "equipment_kind",
            "triage_by",
            "target_delay_days",
            "return_letter_days",
            "confirm_days",
            "takes_outside_referrals",
            "takes_self_referrals",
            "allows_pseudonym",
            "is_active",
        ]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        desk = RoleAssignment.objects.in_force().filter(role__in=DESK_ROLES).values("user")
        fields: Any = self.fields
        fields["triage_by"].queryset = User.objects.filter(pk__in=desk, is_active=True).order_by("last_name")
        fields["category"].queryset = ReasonCategory.objects.select_related("profession")
        fields["category"].label_from_instance = lambda one: f"{one.profession.name} · {one.name}"
        fields["place"].queryset = Place.objects.order_by("name")
        fields["room"].queryset = Room.objects.filter(is_active=True).select_related("place")
        fields["room"].label_from_instance = lambda one: f"{one.name} · {one.place.name}"
        if self.instance.pk is not None:
            lengths = dict(self.instance.reasons.values_list("kind", "duration_minutes"))
            fields["first_minutes"].initial = lengths.get(ReasonKind.FIRST)
            fields["follow_up_minutes"].initial = lengths.get(ReasonKind.FOLLOW_UP)
            fields["referrers"].initial = list(self.instance.referrers.all())
        else:
            fields["first_minutes"].initial, fields["follow_up_minutes"].initial = 40, 20

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        room, place = data.get("room"), data.get("place")
        if room is not None and place is not None and room.place_id != place.pk:
            self.add_error("room", _("Cette salle n’est pas dans ce lieu."))
        return data

    def _get_validation_exclusions(self) -> set[str]:
        """The partner is not typed in, but names are unique for it."""
        return super()._get_validation_exclusions() - {"partner"}  # type: ignore[misc, no-any-return]

    @property
    def minutes(self) -> dict[str, int | None]:
        return {
            ReasonKind.FIRST: self.cleaned_data["first_minutes"],
            ReasonKind.FOLLOW_UP: self.cleaned_data["follow_up_minutes"],
        }
