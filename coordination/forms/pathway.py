"""What a person says when a pathway begins, when a step ends, when a pathway stops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.models import CarePathway, InformedBy, PathwayEnd, PathwayStep, PathwayVersion, TemplateStep
from practitioners.models import Practitioner

OF_TEMPLATE = "modele:"


class StartForm(forms.Form):
    """For one template: the patient was told, and who takes which step."""

    accepts = forms.ChoiceField(
        label=gettext_lazy("Le patient, informé du parcours"),
        choices=[
            ("yes", gettext_lazy("est d’accord pour commencer")),
            ("no", gettext_lazy("ne souhaite pas ce parcours")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Dites ce que le patient a répondu.")},
    )
    informed_by = forms.ChoiceField(
        label=gettext_lazy("Informé"), choices=InformedBy.choices, initial=InformedBy.ORAL
    )

    def __init__(self, version: PathwayVersion, data: Any = None) -> None:
        super().__init__(data)
        self.version = version
        steps = version.steps.select_related("category__profession", "profession", "practitioner")
        self.open_steps = [step for step in steps.order_by("position") if step.practitioner_id is None]
        members = list(Practitioner.objects.active().with_names().order_by("last_name", "first_name"))
        for step in self.open_steps:
            self.fields[f"who_{step.position}"] = forms.TypedChoiceField(
                label=_("Étape %(number)s, %(title)s") % {"number": step.position, "title": step.title},
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", _("à choisir plus tard")), *who_fits(step, members)],
            )
        self.members = {one.pk: one for one in members}

    @property
    def chosen(self) -> dict[int, Practitioner]:
        found = {step.position: self.cleaned_data[f"who_{step.position}"] for step in self.open_steps}
        return {position: self.members[key] for position, key in found.items() if key is not None}


def who_fits(step: TemplateStep, members: Sequence[Practitioner]) -> list[tuple[int, str]]:
    """Of the profession that the step is for; where it names none, everybody."""
    wanted = step.category.profession_id if step.category else step.profession_id
    return [(one.pk, str(one)) for one in members if wanted in (None, one.profession_id)]


class AssignForm(forms.Form):
    practitioner = forms.TypedChoiceField(
        label=gettext_lazy("Confier à"),
        coerce=int,
        error_messages={"required": gettext_lazy("Choisissez à qui la confier.")},
    )

    def __init__(self, step: PathwayStep, data: Any = None) -> None:
        super().__init__(data)
        members = list(Practitioner.objects.active().with_names().order_by("last_name", "first_name"))
        self.members = {one.pk: one for one in members}
        self.fields["practitioner"].choices = [("", _("choisir")), *who_fits(step.source, members)]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Practitioner:
        return self.members[self.cleaned_data["practitioner"]]


class EndForm(forms.Form):
    """The reasons that the template foresees come first; the others are those of every pathway."""

    why = forms.ChoiceField(
        label=gettext_lazy("Pourquoi s’arrête-t-il"),
        error_messages={"required": gettext_lazy("Choisissez la raison.")},
    )
    note = forms.CharField(
        label=gettext_lazy("Précision"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Rien de médical depuis l’accueil."),
    )

    def __init__(self, pathway: CarePathway, data: Any = None, *, with_template: bool = True) -> None:
        super().__init__(data)
        own = (
            [(OF_TEMPLATE + words, words) for words in pathway.version.exit_reasons] if with_template else []
        )
        usual = [
            choice
            for choice in PathwayEnd.choices
            if choice[0] not in (PathwayEnd.TEMPLATE, PathwayEnd.COMPLETED)
        ]
        self.fields["why"].choices = [("", _("choisir")), *own, *usual]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("why") == PathwayEnd.OTHER and not data.get("note", "").strip():
            self.add_error("note", _("Écrivez la raison en quelques mots."))
        return data

    @property
    def kind(self) -> PathwayEnd:
        why = self.cleaned_data["why"]
        return PathwayEnd.TEMPLATE if why.startswith(OF_TEMPLATE) else PathwayEnd(why)

    @property
    def words(self) -> str:
        why: str = self.cleaned_data["why"]
        return why.removeprefix(OF_TEMPLATE) if why.startswith(OF_TEMPLATE) else self.cleaned_data["note"]


class DespiteForm(forms.Form):
    """A rule speaks against this time; the team may decide otherwise where the law lets it, and says why."""

    slot = forms.CharField(widget=forms.HiddenInput, max_length=40)
    despite = forms.CharField(
        label=gettext_lazy("Pourquoi prendre ce rendez-vous quand même"),
        help_text=gettext_lazy("Rien de médical : « vu avec le Dr », « accord de l’infirmière »."),
        max_length=200,
        error_messages={"required": gettext_lazy("Écrivez pourquoi : l’équipe le lira.")},
    )
