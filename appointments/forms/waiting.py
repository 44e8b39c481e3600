"""What somebody waits for, asked of the patient himself or by the team on the telephone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import Appointment, Origin, ReasonCategory, VisitReason, WaitingRequest
from appointments.models.opening import Weekday
from appointments.models.waiting import Half, Priority
from appointments.waiting import LONGEST
from core import clock
from core.web.fields import DayField
from patients.models import Patient
from practitioners.models import Practitioner

HOUR = 60
NOTICES = [
    (1 * HOUR, _("une heure avant")),
    (2 * HOUR, _("deux heures avant")),
    (4 * HOUR, _("quatre heures avant")),
    (24 * HOUR, _("la veille")),
    (48 * HOUR, _("deux jours avant")),
]
# Nobody waits for a visit on Sunday here; what is not ticked is not asked.
WEEKDAYS = [(day.value, day.label) for day in Weekday if day != Weekday.SUNDAY]
USUAL = timedelta(days=30)


class WaitingForm(forms.Form):
    """When, with whom, and how long before. What for is known from where one comes."""

    practitioners = forms.TypedMultipleChoiceField(
        label=_("Avec qui"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Rien de coché : toutes ces personnes vous conviennent."),
    )
    first_day = DayField(label=_("À partir du"), error_messages={"required": _("Indiquez le premier jour.")})
    last_day = DayField(label=_("Jusqu’au"), error_messages={"required": _("Indiquez le dernier jour.")})
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Quels jours"),
        coerce=int,
        required=False,
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Rien de coché : tous les jours."),
    )
    half = forms.ChoiceField(
        label=_("À quel moment"), required=False, choices=Half.choices, widget=forms.RadioSelect
    )
    notice = forms.TypedChoiceField(
        label=_("Prévenir au plus tard"),
        coerce=int,
        choices=NOTICES,
        initial=2 * HOUR,
        help_text=_("Un rendez-vous trop proche ne vous sera pas proposé."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        practitioners: Sequence[Practitioner],
        chosen: Sequence[int] = (),
        current: Appointment | None = None,
    ) -> None:
        super().__init__(data)
        self.people = {one.pk: one for one in practitioners}
        self.current = current
        field: Any = self.fields["practitioners"]
        field.choices = [(pk, one.display_name) for pk, one in self.people.items()]
        if len(self.people) < 2:
            del self.fields["practitioners"]
        today = clock.today()
        last = clock.local(current.start_at).date() if current else today + USUAL
        self.initial = {
            **self.initial,
            "first_day": today,
            "last_day": last,
            "practitioners": list(chosen),
            "half": "",
        }

    def clean_first_day(self) -> date:
        """A day gone by is as good as today."""
        day: date = max(self.cleaned_data["first_day"], clock.today())
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Le dernier jour ne peut pas précéder le premier."))
        elif last and last > clock.today() + LONGEST:
            self.add_error("last_day", _("La liste d’attente va jusqu’à trois mois."))
        return data

    def chosen(self) -> list[Practitioner]:
        """Only after `is_valid`. Everybody is as good as nobody: whoever joins the house later counts too."""
        keys = self.cleaned_data.get("practitioners") or []
        return [] if len(keys) == len(self.people) else [self.people[pk] for pk in keys]

    def request_for(
        self, patient: Patient, category: ReasonCategory, origin: Origin = Origin.ONLINE
    ) -> WaitingRequest:
        """Only after `is_valid`; not saved yet."""
        data = self.cleaned_data
        return WaitingRequest(
            patient=patient,
            category=category,
            first_day=data["first_day"],
            last_day=data["last_day"],
            weekdays=sorted(data["weekdays"]) if len(data["weekdays"]) < len(WEEKDAYS) else [],
            half=data["half"],
            notice_minutes=data["notice"],
            current=self.current,
            only_earlier=self.current is not None,
            origin=origin,
        )


class AskWaitingForm(WaitingForm):
    """Online: also for whom, among the people one acts for."""

    whom = forms.TypedChoiceField(
        label=_("Pour qui"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites pour qui.")},
    )
    field_order = ("whom",)

    def __init__(self, data: Any = None, *, people: Sequence[Patient], **options: Any) -> None:
        super().__init__(data, **options)
        self.patients = {patient.pk: patient for patient in people}
        field: Any = self.fields["whom"]
        field.choices = [(pk, patient.display_name) for pk, patient in self.patients.items()]
        self.initial["whom"] = next(iter(self.patients), None)

    @property
    def patient(self) -> Patient:
        return self.patients[self.cleaned_data["whom"]]


class DeskWaitingForm(WaitingForm):
    """By the team: also what for, and before whom."""

    category = forms.TypedChoiceField(
        label=_("Pour quoi"), coerce=int, error_messages={"required": _("Indiquez le motif.")}
    )
    priority = forms.TypedChoiceField(
        label=_("Tour"), coerce=int, choices=Priority.choices, initial=Priority.NORMAL, required=False
    )
    priority_note = forms.CharField(
        label=_("Pourquoi avant les autres"),
        max_length=200,
        required=False,
        help_text=_("Rien de médical : « demandé par le Dr », « déjà reporté deux fois »."),
    )
    field_order = ("category",)

    def __init__(self, data: Any = None, *, reasons: Sequence[VisitReason], **options: Any) -> None:
        people = {reason.practitioner_id: reason.practitioner for reason in reasons}
        super().__init__(data, practitioners=list(people.values()), **options)
        self.categories = {reason.category_id: reason.category for reason in reasons}
        self.offered = {(reason.category_id, reason.practitioner_id) for reason in reasons}
        field: Any = self.fields["category"]
        names = {pk: f"{one.profession.name} · {one.name}" for pk, one in self.categories.items()}
        field.choices = [("", _("Choisir")), *sorted(names.items(), key=lambda pair: pair[1])]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        category, keys = data.get("category"), data.get("practitioners") or []
        if category and keys and not any((category, key) in self.offered for key in keys):
            self.add_error("practitioners", _("Aucune de ces personnes ne propose cette consultation."))
        if data.get("priority") and not data.get("priority_note"):
            self.add_error("priority_note", _("Écrivez pourquoi : l’équipe le lira."))
        return data

    @property
    def asked_for(self) -> ReasonCategory:
        return self.categories[self.cleaned_data["category"]]

    def request_for(
        self, patient: Patient, category: ReasonCategory, origin: Origin = Origin.PHONE
    ) -> WaitingRequest:
        request = super().request_for(patient, category, origin)
        request.priority = self.cleaned_data["priority"] or Priority.NORMAL
        request.priority_note = self.cleaned_data["priority_note"]
        return request


class PriorityForm(forms.Form):
    priority = forms.TypedChoiceField(label=_("Tour"), coerce=int, choices=Priority.choices)
    note = forms.CharField(
        label=_("Pourquoi"),
        max_length=200,
        help_text=_("Rien de médical : l’équipe et l’historique le gardent."),
        error_messages={"required": _("Écrivez pourquoi : l’équipe le lira.")},
    )
