from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from appointments.models.opening import Weekday
from appointments.models.supervision import Half, rule_for, rules_of_supervision
from core import clock
from core.web.fields import DayField
from practitioners.models import Internship, Practitioner
from practitioners.models.practitioner import Kind

WORKDAYS = [day for day in Weekday if day <= Weekday.SATURDAY]


class StayForm(forms.ModelForm):
    since = DayField(label=_("Du"))
    until = DayField(label=_("Au"))

    class Meta:
        model = Internship
        fields = ["intern", "level", "faculty", "since", "until", "supervisors", "objectives"]
        widgets = {
            "supervisors": forms.CheckboxSelectMultiple,
            "objectives": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        members = Practitioner.objects.active().filter(kind=Kind.MEMBER).order_by("last_name", "first_name")
        interns = members.filter(user__role_assignments__role=Role.INTERN).distinct()
        self.fields["intern"].queryset = interns  # type: ignore[attr-defined]
        self.fields["intern"].label = _("Stagiaire")
        self.fields["intern"].empty_label = str(_("Choisissez dans la liste"))  # type: ignore[attr-defined]
        teachers = members.exclude(pk__in=interns.values("pk"))
        self.fields["supervisors"].queryset = teachers  # type: ignore[attr-defined]
        self.fields["supervisors"].error_messages["required"] = _("Choisissez au moins un maître de stage.")
        if self.instance.pk:
            self.fields["intern"].disabled = True

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until, intern = data.get("since"), data.get("until"), data.get("intern")
        if since and until and until < since:
            self.add_error("until", _("La fin du stage ne peut pas précéder son début."))
        elif since and until and until - since > timedelta(days=400):
            self.add_error("until", _("Un stage dure treize mois au plus."))
        elif since and until and intern and self._meets(intern, since, until):
            self.add_error("since", _("Cette personne a déjà un stage à ces dates."))
        people = data.get("supervisors")
        rule = rule_for(rules_of_supervision(), data.get("level", ""), since or clock.today())
        if people is not None and rule is not None and len(people) > rule.most_supervisors:
            self.add_error(
                "supervisors",
                _("Trop de maîtres de stage : %(most)s au plus pour ce niveau.")
                % {"most": rule.most_supervisors},
            )
        return data

    def _meets(self, intern: Practitioner, since: Any, until: Any) -> bool:
        others = Internship.objects.filter(intern=intern, since__lte=until, until__gte=since)
        return others.exclude(pk=self.instance.pk).exists()


class HalfDaysForm(forms.Form):
    """One list for each half-day of the week: who answers first. Empty: the supervisors in turn, by name."""

    def __init__(self, *args: Any, stay: Internship, people: list[Practitioner], **options: Any) -> None:
        super().__init__(*args, **options)
        standing = {(row.weekday, row.half): row.supervisor_id for row in stay.half_days.all()}
        choices = [("", _("personne en particulier")), *((str(one.pk), one.display_name) for one in people)]
        for day in WORKDAYS:
            for half in Half:
                self.fields[f"{half}{day}"] = forms.ChoiceField(
                    label=f"{day.label} {half.label}",
                    choices=choices,
                    required=False,
                    initial=str(standing.get((day, half), "")),
                )

    def named(self) -> dict[tuple[int, str], int]:
        return {
            (int(day), str(half)): int(key)
            for day in WORKDAYS
            for half in Half
            if (key := self.cleaned_data[f"{half}{day}"])
        }

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(str(day.label), [self[f"{half}{day}"] for half in Half]) for day in WORKDAYS]


class StayNoteForm(forms.Form):
    text = forms.CharField(
        label=_("Votre note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Lue par le stagiaire et ses maîtres de stage, par personne d’autre."),
        error_messages={"required": _("Écrivez votre note.")},
    )


class SignForm(forms.Form):
    comment = forms.CharField(
        label=_("Retour au stagiaire"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
