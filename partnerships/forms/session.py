from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.web.fields import DayField, HourField
from partnerships.models import AdvancedConsultation, ConsultationSession, SessionPattern
from practitioners.models import Practitioner, Room


def holders(programme: AdvancedConsultation) -> Any:
    """Who may hold it: those who come from its partner today and have its speciality."""
    links = programme.partner.professionals.in_force().values("practitioner")
    found = Practitioner.objects.active().filter(pk__in=links)
    return found.filter(profession=programme.category.profession_id).with_names()


def _prepare(form: Any, programme: AdvancedConsultation) -> None:
    form.fields["practitioner"].queryset = holders(programme)
    form.fields["practitioner"].empty_label = None
    form.fields["room"].queryset = Room.objects.filter(is_active=True, place=programme.place_id)
    form.initial["room"] = form.instance.room_id or programme.room_id


class PatternForm(forms.ModelForm):
    start_time = HourField(label=_("De"))
    end_time = HourField(label=_("À"))
    valid_from = DayField(label=_("À partir du"))
    valid_until = DayField(label=_("Jusqu’au"), required=False)

    class Meta:
        model = SessionPattern
        fields = [
            "practitioner",
            "weekday",
            "start_time",
            "end_time",
            "every_n_weeks",
            "valid_from",
            "valid_until",
            "room",
            "seats",
        ]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _prepare(self, self.instance.programme)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        _in_order(self, data.get("start_time"), data.get("end_time"))
        first, last = data.get("valid_from"), data.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("La dernière date ne peut pas précéder la première."))
        return data

    def validate_constraints(self) -> None:
        """Already said beside the fields."""


class SessionForm(forms.ModelForm):
    day = DayField(label=_("Jour"))
    start_time = HourField(label=_("De"))
    end_time = HourField(label=_("À"))

    class Meta:
        model = ConsultationSession
        fields = ["practitioner", "day", "start_time", "end_time", "room", "seats"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _prepare(self, self.instance.programme)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        day, start, end = (data.get(name) for name in ("day", "start_time", "end_time"))
        if _in_order(self, start, end) and day and start and end:
            self.instance.start_at, self.instance.end_at = clock.at(day, start), clock.at(day, end)
            if self.instance.start_at <= clock.now():
                self.add_error("day", _("Cette heure est passée."))
        return data

    def validate_constraints(self) -> None:
        """The action answers for a room or a person that is taken."""


def _in_order(form: forms.BaseForm, start: Any, end: Any) -> bool:
    if start and end and end <= start:
        form.add_error("end_time", _("L’heure de fin doit suivre l’heure de début."))
        return False
    return True


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("Pourquoi"), max_length=300)


class ReplaceForm(forms.Form):
    practitioner = forms.ModelChoiceField(
        label=_("Tenue par"), queryset=Practitioner.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, session: ConsultationSession, **options: Any) -> None:
        super().__init__(*args, **options)
        others = holders(session.programme).exclude(pk=session.practitioner_id)
        self.fields["practitioner"].queryset = others  # type: ignore[attr-defined]


class EndPatternForm(forms.Form):
    last_day = DayField(label=_("Dernier jour du rythme"))


class AnswerForm(forms.Form):
    """The partner's own words, without an account."""

    name = forms.CharField(label=_("Votre nom"), max_length=100)
    reason = forms.CharField(label=_("Si la séance n’a pas lieu : pourquoi"), max_length=300, required=False)
