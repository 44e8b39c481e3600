"""The questions of a letter, one line each, in their order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from partnerships.actions.write_letter_template import Question
from partnerships.models import SectionKind

EXTRA, MOST = 4, 40


class QuestionForm(forms.Form):
    """An empty label is no question."""

    label = forms.CharField(label=_("Question"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Réponse"), choices=SectionKind, initial=SectionKind.TEXT)
    help = forms.CharField(label=_("Précision"), max_length=300, required=False)
    is_required = forms.BooleanField(label=_("attendu"), required=False, initial=True)

    def has_changed(self) -> bool:
        """A line that was left empty is valid whatever its other boxes say."""
        return bool(self.data.get(self.add_prefix("label"), "").strip())


def questions_in(forms: BaseFormSet[QuestionForm]) -> list[Question]:
    """In the order of the page; what has no words is no question."""
    found: list[dict[str, Any]] = [
        one.cleaned_data for one in forms.forms if one.cleaned_data.get("label", "").strip()
    ]
    return [
        Question(SectionKind(one["kind"]), one["label"].strip(), one["help"].strip(), one["is_required"])
        for one in found
    ]


QuestionFormSet = formset_factory(QuestionForm, extra=EXTRA, max_num=MOST, absolute_max=MOST)
