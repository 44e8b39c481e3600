"""A question is put to the team; the patient agrees; a decision is typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, RoleAssignment, User
from coordination.forms.meeting import may_chair
from coordination.models import MeetingItem, TeamMeeting
from core.web.fields import DayField
from patients.models.consent import Means


class ItemForm(forms.ModelForm):
    """The question about a patient, or a matter of the house."""

    class Meta:
        model = MeetingItem
        fields = ["question", "documents", "minutes", "wanted"]
        widgets = {
            "question": forms.Textarea(attrs={"rows": 4}),
            "wanted": forms.CheckboxSelectMultiple,
            "minutes": forms.NumberInput(attrs={"class": "short-input", "min": 1, "max": 120}),
        }
        help_texts = {
            "question": _("Ce que vous attendez de l’équipe, en une ou deux phrases."),
            "documents": _("Bilan, courrier, compte rendu : dites lesquels et où les trouver."),
            "wanted": _("Ces personnes pourront lire la question avant la réunion."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["wanted"]
        field.queryset = may_chair()  # type: ignore[attr-defined]
        field.label_from_instance = lambda one: f"{one.display_name} ({one.profession_name})"  # type: ignore[attr-defined]
        field.required = False


class ConsentForm(forms.Form):
    means = forms.ChoiceField(label=_("Accord recueilli"), choices=Means.choices)


class SheetForm(forms.Form):
    """As it is typed: nothing is demanded before the chair validates."""

    summary = forms.CharField(
        label=_("Ce qui a été dit"), max_length=6000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    decision = forms.CharField(
        label=_("Décision"), max_length=3000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    next_review = DayField(label=_("À revoir le"), required=False)
    is_shared = forms.BooleanField(
        label=_("Le patient la lit dans son espace"),
        required=False,
        initial=True,
        help_text=_("Décochez si elle doit d’abord lui être expliquée de vive voix."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=10**6)


class CorrectionForm(SheetForm):
    why = forms.CharField(label=_("Pourquoi cette correction"), max_length=300)
    field_order = ("why", "summary", "decision", "next_review", "is_shared")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["revision"]
        self.fields["decision"].required = True


class NotesForm(forms.Form):
    notes = forms.CharField(
        label=_("Points généraux"),
        max_length=10000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Ce qui ne concerne aucun patient en particulier."),
    )
    notes_revision = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=10**6
    )


LINES = 8


def plan_lines(data: QueryDict) -> list[dict[str, str]]:
    """« who does what until when », as typed: empty lines are left out."""
    found = []
    for number in range(LINES):
        line = {
            "title": data.get(f"line-{number}-title", "").replace("\x00", "")[:200],
            "owner": data.get(f"line-{number}-owner", "")[:12],
            "due_on": data.get(f"line-{number}-due_on", "")[:10],
        }
        if any(value.strip() for value in line.values()):
            line["owner"] = line["owner"] if line["owner"].isascii() and line["owner"].isdigit() else ""
            line["due_on"] = line["due_on"].replace("\x00", "")
            found.append(line)
    return found


def task_owners(meeting: TeamMeeting) -> list[tuple[str, str]]:
    """Members with an account, and the coordination: a task is always somebody's."""
    seats = meeting.members.values("practitioner__user")
    coordinators = RoleAssignment.objects.filter(role=Role.COORDINATOR).values("user")
    users = User.objects.filter(Q(pk__in=seats) | Q(pk__in=coordinators), is_active=True)
    return [(str(user.pk), str(user)) for user in users.order_by("last_name", "first_name", "pk")]
