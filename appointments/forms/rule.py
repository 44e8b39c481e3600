from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import OpeningRule, VisitReason
from appointments.models.opening import Weekday
from core import clock
from core.web.fields import DayField, DaysField, HourField
from practitioners.models import Place, Practitioner, Room

EVERY = [
    (1, _("chaque semaine")),
    (2, _("une semaine sur deux")),
    (3, _("une semaine sur trois")),
    (4, _("une semaine sur quatre")),
    (5, _("une semaine sur cinq")),
    (6, _("une semaine sur six")),
    (7, _("une semaine sur sept")),
    (8, _("une semaine sur huit")),
]
AUDIENCE_HELP = _(
    "« Soins non programmés » : ces créneaux ne sont donnés que le jour même ou la veille, par l’équipe."
)


class PlacesMixin:
    """Where, for whom and for what: the same questions for a weekly pattern and for a single date."""

    fields: dict[str, Any]
    instance: Any

    def ask_places(self, practitioner: Practitioner) -> None:
        self.instance.practitioner = practitioner
        places = Place.objects.filter(centre=practitioner.centre_id)
        self.fields["place"].queryset = places
        self.fields["room"].queryset = Room.objects.filter(
            place__centre=practitioner.centre_id
        ).select_related("place")
        self.fields["room"].label_from_instance = lambda room: f"{room.place} · {room}"
        self.fields["room"].empty_label = str(_("sans salle (domicile, téléphone, vidéo)"))
        self.fields["reasons"].queryset = VisitReason.objects.filter(
            practitioner=practitioner, is_active=True
        )

    def check_room(self, data: dict[str, Any]) -> None:
        room, place = data.get("room"), data.get("place")
        if room is not None and place is not None and room.place_id != place.pk:
            self.add_error(  # type: ignore[attr-defined]
                "room", _("Cette salle n’est pas dans ce lieu. Choisissez une salle de « %s ».") % place
            )


class OpeningRuleForm(PlacesMixin, forms.ModelForm):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Jours"),
        choices=[(day.value, day.label) for day in Weekday],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un jour.")},
    )
    start_time = HourField(label=_("De"))
    end_time = HourField(label=_("À"))
    every_n_weeks = forms.TypedChoiceField(label=_("Rythme"), choices=EVERY, coerce=int, initial=1)
    valid_from = DayField(
        label=_("À partir du"),
        help_text=_("Pour une semaine sur deux, le rythme se compte depuis la semaine de cette date."),
    )
    valid_until = DayField(label=_("Jusqu’au"), required=False, help_text=_("Vide : sans fin."))
    except_on = DaysField(
        label=_("Sauf le"),
        required=False,
        help_text=_(
            "Une date par ligne, par exemple 24/12/2026. Pour des congés, utilisez plutôt une absence."
        ),
    )
    on_holidays = forms.BooleanField(
        label=_("Ouvrir aussi les jours fériés"),
        required=False,
        help_text=_("Sans cette case, les jours fériés sont sautés."),
    )

    class Meta:
        model = OpeningRule
        fields = [
            "weekdays",
            "start_time",
            "end_time",
            "every_n_weeks",
            "place",
            "room",
            "reasons",
            "audience",
            "valid_from",
            "valid_until",
            "except_on",
            "on_holidays",
        ]
        widgets = {"reasons": forms.CheckboxSelectMultiple}
        help_texts = {
            "reasons": _("Rien de coché : tous vos motifs."),
            "audience": AUDIENCE_HELP,
        }

    def __init__(self, *args: Any, practitioner: Practitioner, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ask_places(practitioner)
        if self.instance.pk is None:
            self.initial.setdefault("valid_from", clock.today())

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        self.check_room(data)
        return data


class EndRuleForm(forms.Form):
    last_day = DayField(
        label=_("Dernier jour"),
        help_text=_("La plage reste ouverte ce jour-là, et ne l’est plus ensuite."),
    )

    def clean_last_day(self) -> Any:
        last_day = self.cleaned_data["last_day"]
        if last_day < clock.today() - timedelta(days=1):
            raise forms.ValidationError(_("Choisissez une date à partir d’hier : le passé ne change plus."))
        return last_day
