"""Fields for numbers: one for each number that the house measures. A slip of the keyboard is refused or asked about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.actions.write_note import Reading
from coordination.measures import limits_on, number, with_unit
from coordination.models import MeasureComponent, MeasureKind
from core import clock
from core.formats.french import short_day

PREFIX = "m-"
WRITTEN = re.compile(r"([0-9]{1,5})(?:[.,]([0-9]{1,6}))?")
# The only pair of which one is always the larger.
SYSTOLIC, DIASTOLIC = "systolique", "diastolique"

type Before = Mapping[int, tuple[Decimal, datetime]]


class NumberField(forms.CharField):
    """72,5 or 72.5, with or without its unit; within what is possible at all."""

    def __init__(self, component: MeasureComponent, kind: MeasureKind, **options: Any) -> None:
        self.component, self.kind = component, kind
        widget = forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "class": "measure-input", "size": "7"}
        )
        super().__init__(required=False, max_length=20, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value) or "").replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
        text = text.removesuffix(self.kind.unit_label.replace(" ", ""))
        if not text:
            return None
        found = WRITTEN.fullmatch(text)
        if found is None:
            raise forms.ValidationError(_("Écrivez un nombre, par exemple 12,5."), code="invalid")
        self._count_decimals(found[2] or "")
        return self._possible(Decimal(text.replace(",", ".")))

    def _count_decimals(self, fraction: str) -> None:
        decimals = self.component.decimals
        if len(fraction.rstrip("0")) <= decimals:
            return
        if not decimals:
            raise forms.ValidationError(_("Écrivez un nombre entier."), code="decimals")
        raise forms.ValidationError(
            _("Au plus %(count)s chiffre(s) après la virgule.") % {"count": decimals}, code="decimals"
        )

    def _possible(self, value: Decimal) -> Decimal:
        limits = limits_on(self.component, clock.today())
        if limits is None or limits.least <= value <= limits.most:
            return value
        decimals = self.component.decimals
        sentence = _("Valeur impossible : on attend un nombre de %(least)s à %(most)s.") % {
            "least": number(limits.least, decimals),
            "most": with_unit(number(limits.most, decimals), self.kind),
        }
        hint = f" {self.kind.hint[:1].upper()}{self.kind.hint[1:]}." if self.kind.hint else ""
        raise forms.ValidationError(sentence + hint, code="impossible")


@dataclass
class Entry:
    """A kind as the form shows it: its fields side by side, and what was measured last."""

    kind: MeasureKind
    fields: list[forms.BoundField]
    before: str


class MeasuresForm(forms.Form):
    """The base of what takes measures. `confirm` carries exactly the unusual values that were looked at twice."""

    confirm = forms.CharField(required=False, max_length=2000, label=gettext_lazy("Je confirme ces valeurs"))

    def __init__(self, *args: Any, kinds: list[MeasureKind], before: Before, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kinds, self.before = kinds, before
        self.warnings: list[str] = []
        self.token = ""
        for kind in kinds:
            for component in kind.components.all():
                label = f"{kind.short_name}, {component.name}" if component.name else kind.short_name
                self.fields[f"{PREFIX}{component.code}"] = NumberField(component, kind, label=label)

    @property
    def entries(self) -> list[Entry]:
        return [
            Entry(kind, [self[f"{PREFIX}{one.code}"] for one in kind.components.all()], self._last(kind))
            for kind in self.kinds
        ]

    def _last(self, kind: MeasureKind) -> str:
        known = [self.before.get(one.pk) for one in kind.components.all()]
        if not known or None in known:
            return ""
        pairs = zip(kind.components.all(), known, strict=True)
        text = " / ".join(number(one[0], component.decimals) for component, one in pairs if one)
        at = max(one[1] for one in known if one)
        return _("%(value)s le %(day)s") % {"value": with_unit(text, kind), "day": short_day(at)}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for kind in self.kinds:
            self._whole(kind, data)
        if not self.errors:
            self._unusual(data)
        return data

    def _whole(self, kind: MeasureKind, data: dict[str, Any]) -> None:
        values = {one.code: data.get(f"{PREFIX}{one.code}") for one in kind.components.all()}
        given = [value for value in values.values() if value is not None]
        if given and len(given) < len(values):
            for one in kind.components.all():
                name = f"{PREFIX}{one.code}"
                if values[one.code] is None and name not in self.errors:
                    self.add_error(name, _("Il manque ce nombre : les deux vont ensemble."))
        high, low = values.get(SYSTOLIC), values.get(DIASTOLIC)
        if high is not None and low is not None and high <= low:
            self.add_error(
                f"{PREFIX}{SYSTOLIC}", _("La systolique, le premier chiffre, est la plus grande des deux.")
            )

    def _unusual(self, data: dict[str, Any]) -> None:
        self.unusual: dict[str, Decimal] = {}
        for name, field in self.fields.items():
            if isinstance(field, NumberField) and (value := data.get(name)) is not None:
                sentence = self._why_unusual(field, value)
                if sentence:
                    self.warnings.append(sentence)
                    self.unusual[field.component.code] = value
        self.token = "&".join(f"{code}={value}" for code, value in self.unusual.items())
        if self.token and data.get("confirm") != self.token:
            self.add_error("confirm", _("Relisez ces valeurs. Si elles sont justes, confirmez-les."))

    def _why_unusual(self, field: NumberField, value: Decimal) -> str:
        component, kind = field.component, field.kind
        limits = limits_on(component, clock.today())
        if limits is None:
            return ""
        words = {"name": field.label, "value": with_unit(number(value, component.decimals), kind)}
        if not limits.usual_least <= value <= limits.usual_most:
            return _("%(name)s : %(value)s, c’est inhabituel.") % words
        known = self.before.get(component.pk)
        if known is None or limits.usual_change is None or not known[0]:
            return ""
        if abs(value - known[0]) * 100 <= known[0] * limits.usual_change:
            return ""
        words |= {
            "before": with_unit(number(known[0], component.decimals), kind),
            "day": short_day(known[1]),
        }
        return _("%(name)s : %(value)s, alors que c’était %(before)s le %(day)s.") % words

    @property
    def readings(self) -> tuple[Reading, ...]:
        return tuple(
            Reading(field.component, self.cleaned_data[name], field.component.code in self.unusual)
            for name, field in self.fields.items()
            if isinstance(field, NumberField) and self.cleaned_data.get(name) is not None
        )
