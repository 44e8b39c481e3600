from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import gives_care
from accounts.models import User
from coordination.task_access import people_for
from core import clock
from core.web.fields import DayField
from patients.models import Patient

LATEST_YEARS = 2


class OwnerField(forms.ChoiceField):
    """Those who may have a task of this patient: carers first, then the desk, which reads no word of care."""

    def offer(self, people: list[User]) -> None:
        self.people = {str(one.pk): one for one in people}
        carers = [(str(one.pk), str(one)) for one in people if gives_care(one)]
        desk = [(str(one.pk), str(one)) for one in people if not gives_care(one)]
        groups: list[Any] = [("", _("Choisissez dans la liste"))]
        if carers:
            groups.append((_("Soignants"), carers))
        if desk:
            groups.append((_("Accueil et coordination"), desk))
        self.choices = groups

    def clean(self, value: Any) -> User | None:
        return self.people.get(str(super().clean(value)))


def owner_field(label: Any) -> OwnerField:
    return OwnerField(
        label=label,
        error_messages={
            "required": _("Choisissez une personne : une tâche sans responsable n’est à personne."),
            "invalid_choice": _("Cette personne ne peut pas ouvrir ce dossier. Choisissez dans la liste."),
        },
    )


def due_field() -> DayField:
    return DayField(label=_("Pour le"), error_messages={"required": _("Indiquez un jour.")})


def not_past(day: date) -> date:
    if day < clock.today():
        raise forms.ValidationError(
            _("Ce jour est passé : choisissez aujourd’hui ou plus tard."), code="past"
        )
    if day.year > clock.today().year + LATEST_YEARS:
        raise forms.ValidationError(_("Ce jour est trop loin : choisissez une date plus proche."), code="far")
    return day


class TaskForm(forms.Form):
    title = forms.CharField(
        label=_("Que faut-il faire ?"),
        max_length=200,
        error_messages={"required": _("Écrivez ce qu’il faut faire.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    owner = owner_field(_("À traiter par"))
    due_on = due_field()
    is_administrative = forms.BooleanField(
        label=_("Cet intitulé ne dit rien de la santé de la personne"),
        help_text=_("Demandé quand la tâche va à l’accueil, qui ne lit rien de médical."),
        required=False,
    )

    def __init__(self, *args: Any, patient: Patient | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient = patient
        owner = self.fields["owner"]
        assert isinstance(owner, OwnerField)
        owner.offer(people_for(patient))
        if patient is None:
            del self.fields["is_administrative"]

    def clean_due_on(self) -> date:
        return not_past(self.cleaned_data["due_on"])

    def clean(self) -> None:
        super().clean()
        owner = self.cleaned_data.get("owner")
        if (
            self.patient is not None
            and owner is not None
            and not gives_care(owner)
            and not self.cleaned_data.get("is_administrative")
        ):
            self.add_error(
                "is_administrative",
                _("Relisez l’intitulé : s’il ne dit rien de la santé de la personne, cochez cette case."),
            )


class HandOverForm(forms.Form):
    owner = owner_field(_("Confier à"))

    def __init__(self, *args: Any, people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, OwnerField)
        owner.offer(people)


class DueForm(forms.Form):
    due_on = due_field()

    def clean_due_on(self) -> date:
        return not_past(self.cleaned_data["due_on"])


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Pourquoi l’abandonner ?"),
        max_length=300,
        error_messages={"required": _("Écrivez pourquoi : celui qui l’a demandée le lira.")},
    )
