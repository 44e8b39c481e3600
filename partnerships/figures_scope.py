"""Whose figures: the whole house, a profession, a programme, a partner. Pure: four queries, however many."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from partnerships.models import AdvancedConsultation, Partner, ProgrammeReason
from practitioners.models import Practitioner, Profession
from practitioners.models.practitioner import Kind

HOUSE = "maison"


@dataclass(frozen=True)
class Scope:
    """`reasons` and `programmes` None: all of these practitioners' visits and openings."""

    value: str
    label: str
    practitioners: tuple[int, ...]
    professions: tuple[int, ...] | None = None
    reasons: tuple[int, ...] | None = None
    programmes: tuple[int, ...] | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        return {
            "practitioners": list(self.practitioners),
            "professions": None if self.professions is None else list(self.professions),
            "reasons": None if self.reasons is None else list(self.reasons),
            "programmes": None if self.programmes is None else list(self.programmes),
        }

    @property
    def is_house(self) -> bool:
        return self.value == HOUSE


@dataclass
class Directory:
    """The names that the figures speak of, in the order in which they are shown."""

    professions: dict[int, Profession] = field(default_factory=dict)
    programmes: dict[int, AdvancedConsultation] = field(default_factory=dict)
    partners: dict[int, Partner] = field(default_factory=dict)
    practitioners: dict[int, int] = field(default_factory=dict)  # each with his profession

    @property
    def choices(self) -> list[tuple[str, Any]]:
        used = set(self.practitioners.values())
        groups: list[tuple[str, Any]] = [(HOUSE, _("Toute la maison"))]
        for label, rows in (
            (
                _("Une profession"),
                [(f"profession-{k}", p.plural_name) for k, p in self.professions.items() if k in used],
            ),
            (
                _("Un partenaire"),
                [(f"partenaire-{key}", partner.name) for key, partner in self.partners.items()],
            ),
            (
                _("Une consultation avancée"),
                [(f"programme-{key}", p.name) for key, p in self.programmes.items()],
            ),
        ):
            if rows:
                groups.append((label, rows))
        return groups

    def profession_name(self, key: int) -> str:
        return self.professions[key].plural_name

    def scope(self, value: str) -> Scope:
        """The whole house where the value names nothing."""
        kind, _dash, key = value.partition("-")
        number = int(key) if key.isdecimal() and len(key) < 10 else 0
        if kind == "profession" and number in self.professions:
            return self._of_profession(value, number)
        if kind == "programme" and number in self.programmes:
            return self._of_programmes(value, self.programmes[number].name, [number])
        if kind == "partenaire" and number in self.partners:
            own = [pk for pk, programme in self.programmes.items() if programme.partner_id == number]
            return self._of_programmes(value, self.partners[number].name, own)
        return Scope(HOUSE, _("Toute la maison"), tuple(self.practitioners))

    def _of_profession(self, value: str, number: int) -> Scope:
        people = tuple(pk for pk, profession in self.practitioners.items() if profession == number)
        return Scope(value, self.profession_name(number), people, professions=(number,))

    def _of_programmes(self, value: str, label: str, programmes: list[int]) -> Scope:
        rows = list(
            ProgrammeReason.objects.filter(programme__in=programmes, visit_reasons__isnull=False)
            .order_by()
            .values_list("visit_reasons", "visit_reasons__practitioner")
        )
        return Scope(
            value,
            label,
            tuple(sorted({practitioner for _reason, practitioner in rows})),
            reasons=tuple(sorted({reason for reason, _practitioner in rows})),
            programmes=tuple(programmes),
        )


def directory() -> Directory:
    """Whoever has ever received here, in all professions and programmes, those that are over included."""
    programmes = AdvancedConsultation.objects.select_related("partner").order_by(
        "partner__name", "name", "pk"
    )
    return Directory(
        professions=_by_key(Profession.objects.order_by("position", "name")),
        programmes=_by_key(programmes),
        partners=_by_key(Partner.objects.filter(programmes__isnull=False).distinct().order_by("name", "pk")),
        practitioners=dict(
            Practitioner.objects.exclude(kind=Kind.CORRESPONDENT)
            .order_by("pk")
            .values_list("pk", "profession_id")
        ),
    )


def _by_key[T](rows: Iterable[T]) -> dict[int, T]:
    return {row.pk: row for row in rows}  # type: ignore[attr-defined]
