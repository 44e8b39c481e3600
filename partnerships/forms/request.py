"""A letter as it is written: the common questions, those of the programme's version, files, the patient's word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.models import Document, Urgency
from core import clock
from core.uploads.fields import FilesField
from core.web.fields import DayField
from partnerships.actions.write_request import Letter
from partnerships.models import ConsultationRequest, LetterSection, LetterTemplate, RequestFile, SectionKind
from patients.models.consent import Means

FLAGS = [("yes", _("oui")), ("no", _("non")), ("", _("je ne sais pas"))]
SAID: dict[str, bool | None] = {"yes": True, "no": False, "": None}


class Expected(forms.Field):
    """Waited for, not demanded: a letter may leave without it, knowingly. Its label does not say « facultatif »."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


class ExpectedText(Expected, forms.CharField):
    pass


class ExpectedChoice(Expected, forms.ChoiceField):
    pass


class ExpectedFiles(Expected, FilesField):
    pass


class SectionFields(forms.Form):
    """The questions of one version, by whatever door the letter comes in."""

    sections: list[LetterSection]

    def ask(self, template: LetterTemplate | None) -> None:
        self.sections = list(template.sections.all()) if template is not None else []
        for section in sorted(self.sections, key=lambda one: one.kind != SectionKind.FLAG):
            self.fields[self.name_of(section)] = self._field(section)

    @staticmethod
    def name_of(section: LetterSection) -> str:
        return f"section_{section.pk}"

    def _field(self, section: LetterSection) -> forms.Field:
        said: dict[str, Any] = {"label": section.label, "required": section.is_required}
        if section.kind == SectionKind.FILE:
            field = ExpectedFiles(**said)
            field.help_text = section.help or field.help_text
            return field
        if section.kind == SectionKind.FLAG:
            return ExpectedChoice(
                **said, help_text=section.help, choices=FLAGS, widget=forms.RadioSelect, initial=""
            )
        widget = forms.Textarea(attrs={"rows": 3})
        return ExpectedText(**said, help_text=section.help, max_length=4000, widget=widget)

    def of_kind(self, kind: str) -> list[forms.BoundField]:
        return [self[self.name_of(one)] for one in self.sections if one.kind == kind]

    def flag_fields(self) -> list[forms.BoundField]:
        return self.of_kind(SectionKind.FLAG)

    def text_fields(self) -> list[forms.BoundField]:
        return self.of_kind(SectionKind.TEXT)

    def file_fields(self) -> list[forms.BoundField]:
        return self.of_kind(SectionKind.FILE)

    def letter_parts(self) -> dict[str, Any]:
        data = {one: self.cleaned_data.get(self.name_of(one)) for one in self.sections}
        texts = {one.pk: said or "" for one, said in data.items() if one.kind == SectionKind.TEXT}
        flags = {one.pk: SAID[said or ""] for one, said in data.items() if one.kind == SectionKind.FLAG}
        files: dict[int | None, Any] = {
            one.pk: said for one, said in data.items() if one.kind == SectionKind.FILE and said
        }
        files[None] = self.cleaned_data.get("others") or []
        return {"texts": texts, "flags": flags, "files": files}


class PastDay(DayField):
    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("Cette date est dans l’avenir. Vérifiez-la."), code="future")
        return day


class ExpectedDay(Expected, PastDay):
    pass


class RequestForm(SectionFields):
    question = forms.CharField(
        label=_("Ce que vous demandez"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Écrivez en quelques mots ce que vous demandez.")},
    )
    facts = forms.CharField(
        label=_("À savoir"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Repris du dossier : corrigez, enlevez ce que le partenaire n’a pas besoin de savoir."),
    )
    urgency = forms.ChoiceField(
        label=_("Urgence"), choices=Urgency, initial=Urgency.ROUTINE, widget=forms.RadioSelect
    )
    others = FilesField(label=_("Autres pièces"), required=False)
    documents = forms.ModelMultipleChoiceField(
        label=_("Documents du dossier"),
        queryset=Document.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    dropped = forms.ModelMultipleChoiceField(
        label=_("Pièces à retirer"),
        queryset=RequestFile.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    consent_means = ExpectedChoice(
        label=_("La personne est d’accord pour que ce partenaire lise cette lettre et son dossier"),
        choices=[
            ("", _("pas encore demandé")),
            *[(one.value, one.label) for one in (Means.ORAL, Means.WRITTEN)],
        ],
        widget=forms.RadioSelect,
    )
    consent_on = ExpectedDay(label=_("Le"))
    as_it_is = forms.BooleanField(
        label=_("Envoyer ainsi, même s’il manque une réponse ou une pièce"), required=False
    )

    def __init__(
        self,
        template: LetterTemplate | None,
        documents: Iterable[Document],
        *args: Any,
        draft: ConsultationRequest | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.ask(template)
        keys = [one.pk for one in documents]
        self.fields["documents"].queryset = Document.objects.filter(pk__in=keys).order_by("-dated_on", "pk")  # type: ignore[attr-defined]
        if draft is not None:
            self.may_drop_of(draft)

    def may_drop_of(self, draft: ConsultationRequest) -> None:
        self.fields["dropped"].queryset = draft.files.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("consent_means") and not data.get("consent_on") and "consent_on" not in self.errors:
            data["consent_on"] = clock.today()
        if not data.get("consent_means"):
            data["consent_on"] = None
        return data

    def letter(self) -> Letter:
        data = self.cleaned_data
        return Letter(
            question=data["question"],
            facts=data["facts"],
            urgency=data["urgency"],
            documents=list(data["documents"]),
            dropped=[one.pk for one in data["dropped"]],
            consent_means=data["consent_means"],
            consent_on=data["consent_on"],
            **self.letter_parts(),
        )


def initial_of(draft: ConsultationRequest) -> dict[str, Any]:
    names = ("question", "facts", "urgency", "consent_means", "consent_on")
    found: dict[str, Any] = {name: getattr(draft, name) for name in names}
    for answer in draft.answers.select_related("section"):
        said = {True: "yes", False: "no", None: ""}[answer.is_yes]
        is_flag = answer.section.kind == SectionKind.FLAG
        found[SectionFields.name_of(answer.section)] = said if is_flag else answer.text
    return found


def documents_of(draft: ConsultationRequest | None) -> Sequence[int]:
    """Those of the record that go along already."""
    if draft is None:
        return []
    return list(draft.files.exclude(document=None).values_list("document_id", flat=True))
