"""For whom the seats are kept: figures, and one line for each profession or person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.web.fields import DayField
from partnerships.models import SeatQuota, SeatRule
from practitioners.models import Practitioner, Profession

MOST_LINES = 12


class SeatRuleForm(forms.ModelForm):
    """The figures of a rule; of which day or which session, the forms below say."""

    class Meta:
        model = SeatRule
        fields = ["urgent_reserve", "reserve_release_days", "quota_release_days", "overbooking_percent"]
        help_texts = {
            "urgent_reserve": gettext_lazy("Pour les demandes de priorité 1 ou 2 seulement."),
            "reserve_release_days": gettext_lazy("Ensuite, tout le monde peut les prendre."),
            "quota_release_days": gettext_lazy("Les parts ci-dessus ne valent plus ensuite."),
            "overbooking_percent": gettext_lazy("Des places en plus, parce que certains ne viennent pas."),
        }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["overbooking_percent"].error_messages["max_value"] = _("%(limit_value)s %% au plus.")

    def validate_constraints(self) -> None:
        """Said beside the fields, or by the action."""


class ProgrammeSeatsForm(SeatRuleForm):
    since = DayField(label=gettext_lazy("Pour les séances à partir du"))

    field_order = ["since"]

    def clean_since(self) -> Any:
        since = self.cleaned_data["since"]
        if since < clock.today():
            raise forms.ValidationError(
                _("Aujourd’hui au plus tôt : le passé garde son partage."), code="past"
            )
        return since


class SessionSeatsForm(SeatRuleForm):
    seats = forms.IntegerField(label=gettext_lazy("Places de la séance"), min_value=1, max_value=60)
    has_own = forms.BooleanField(
        label=gettext_lazy("Cette séance a son propre partage"),
        required=False,
        help_text=gettext_lazy("Sans cette coche, le partage de la consultation vaut aussi pour elle."),
    )

    field_order = ["seats", "has_own"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        seats, reserve = data.get("seats"), data.get("urgent_reserve")
        if data.get("has_own") and seats and reserve and reserve > seats:
            self.add_error("urgent_reserve", _("La séance n’a pas autant de places."))
        return data


class QuotaForm(forms.Form):
    who = forms.ChoiceField(label=gettext_lazy("Qui adresse"), required=False)
    kept = forms.IntegerField(
        label=gettext_lazy("Gardées par séance"), min_value=0, max_value=60, required=False
    )
    most_per_session = forms.IntegerField(
        label=gettext_lazy("Au plus par séance"), min_value=1, max_value=60, required=False
    )
    most_per_month = forms.IntegerField(
        label=gettext_lazy("Au plus par mois"), min_value=1, max_value=500, required=False
    )

    def __init__(self, *args: Any, choices: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["who"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        kept, most = data.get("kept") or 0, data.get("most_per_session")
        says = bool(kept or most or data.get("most_per_month"))
        if data.get("who") and not says and not self.errors:
            self.add_error("kept", _("Donnez au moins un nombre de places."))
        if says and not data.get("who"):
            self.add_error("who", _("Choisissez une profession ou une personne."))
        if most is not None and kept > most:
            self.add_error("most_per_session", _("On ne garde pas plus de places qu’il n’en est permis."))
        return data

    @property
    def quota(self) -> SeatQuota | None:
        data = self.cleaned_data
        if not data.get("who"):
            return None
        kind, _dot, key = data["who"].partition(".")
        return SeatQuota(
            **{f"{kind}_id": int(key)},
            kept=data["kept"] or 0,
            most_per_session=data["most_per_session"],
            most_per_month=data["most_per_month"],
        )


class BaseQuotaFormSet(forms.BaseFormSet):
    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.forms:
            who = form.cleaned_data.get("who") if form.is_valid() else ""
            if who and who in seen:
                form.add_error("who", _("Cette ligne existe déjà ci-dessus."))
            seen.add(who or "")

    @property
    def quotas(self) -> list[SeatQuota]:
        return [form.quota for form in self.forms if form.quota is not None]


QuotaFormSet = forms.formset_factory(
    QuotaForm, formset=BaseQuotaFormSet, extra=2, max_num=MOST_LINES, absolute_max=MOST_LINES
)


def quota_lines(posted: Any, rule: SeatRule | None) -> Any:
    """The lines of the rule, and two empty ones."""
    known = rule.quotas.all() if rule is not None and rule.pk is not None else ()
    initial = [
        {
            "who": f"profession.{one.profession_id}" if one.profession_id else f"referrer.{one.referrer_id}",
            "kept": one.kept or None,
            "most_per_session": one.most_per_session,
            "most_per_month": one.most_per_month,
        }
        for one in known
    ]
    people = Practitioner.objects.active().with_names().order_by("last_name", "first_name")
    choices = [
        ("", "—"),
        (_("Une profession"), [(f"profession.{one.pk}", one.name) for one in Profession.objects.all()]),
        (_("Une personne"), [(f"referrer.{one.pk}", f"{one}, {one.profession_name}") for one in people]),
    ]
    return QuotaFormSet(posted, initial=initial, prefix="parts", form_kwargs={"choices": choices})
