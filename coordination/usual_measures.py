"""The measures that a new house starts with; from then on they are rows, kept by the administrator (/gestion/).

LOINC codes stand where one is certain; balance tests go without rather than with a guessed one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

START = date(2020, 1, 1)


@dataclass(frozen=True)
class Number:
    """One number: limits as (impossible below, unusual below, unusual above, impossible above)."""

    code: str
    limits: tuple[float, float, float, float]
    decimals: int = 0
    name: str = ""
    loinc: str = ""
    usual_change: int | None = None
    # (side, value, meaning, from age, until age, origin)
    thresholds: tuple[tuple[str, float, str, int | None, int | None, str], ...] = ()


@dataclass(frozen=True)
class Kind:
    code: str
    name: str
    short_name: str
    unit: str
    unit_label: str
    numbers: tuple[Number, ...]
    loinc: str = ""
    hint: str = ""
    formula: str = ""
    since: date = field(default=START)


HYPERTENSION = ("tension élevée au cabinet", 18, None, "HAS 2016")
KINDS = (
    Kind(
        *("tug", "Timed Up and Go (TUG)", "TUG", "s", "s"),
        (
            Number(
                *("tug", (2, 4, 60, 600), 1),
                thresholds=(("gt", 13.5, "risque de chute", 60, None, "Shumway-Cook 2000"),),
            ),
        ),
        hint="se lever, marcher 3 m, revenir s’asseoir",
    ),
    Kind(
        *("tinetti", "Tinetti, équilibre et marche", "Tinetti", "{score}", "/28"),
        (
            Number(
                *("tinetti", (0, 0, 28, 28)),
                thresholds=(
                    ("lt", 24, "risque de chute", 60, None, "Tinetti 1986"),
                    ("lt", 20, "risque de chute élevé", 60, None, "Tinetti 1986"),
                ),
            ),
        ),
    ),
    Kind(
        *("appui-unipodal", "Appui sur un pied", "Appui un pied", "s", "s"),
        (
            Number(
                *("appui-unipodal", (0, 0, 60, 300)),
                thresholds=(("lt", 5, "risque de chute grave", 60, None, "Vellas 1997"),),
            ),
        ),
        hint="le plus long des deux côtés",
    ),
    Kind(
        *("marche-6-min", "Marche de six minutes", "Marche 6 min", "m", "m"),
        (Number("marche-6-min", (0, 30, 800, 1200)),),
        loinc="64098-7",
    ),
    Kind(
        *("douleur", "Douleur (EVA)", "Douleur", "{score}", "/10"),
        (Number("douleur", (0, 0, 10, 10), thresholds=(("gt", 6, "douleur intense", None, None, "HAS"),)),),
        loinc="72514-3",
    ),
    Kind(
        *("tension", "Pression artérielle", "Tension", "mm[Hg]", "mmHg"),
        (
            Number(
                *("systolique", (40, 80, 200, 320), 0, "systolique", "8480-6"),
                thresholds=(("ge", 140, *HYPERTENSION),),
            ),
            Number(
                *("diastolique", (20, 40, 120, 220), 0, "diastolique", "8462-4"),
                thresholds=(("ge", 90, *HYPERTENSION),),
            ),
        ),
        loinc="85354-9",
        hint="en mmHg : 130 et 80, et non 13 et 8",
    ),
    Kind(
        *("pouls", "Fréquence cardiaque", "Pouls", "/min", "/min"),
        (Number("pouls", (20, 40, 130, 300)),),
        loinc="8867-4",
    ),
    Kind(
        *("spo2", "Saturation en oxygène (SpO₂)", "SpO₂", "%", "%"),
        (
            Number(
                "spo2", (40, 85, 100, 100), thresholds=(("lt", 90, "saturation basse", None, None, "HAS"),)
            ),
        ),
        loinc="59408-5",
    ),
    Kind(
        *("temperature", "Température", "Température", "Cel", "°C"),
        (
            Number(
                "temperature", (25, 35, 40.5, 45), 1, thresholds=(("ge", 38, "fièvre", None, None, "HAS"),)
            ),
        ),
        loinc="8310-5",
    ),
    Kind(
        *("glycemie", "Glycémie capillaire", "Glycémie", "g/L", "g/L"),
        (
            Number(
                *("glycemie", (0.1, 0.5, 4, 10), 2),
                thresholds=(("lt", 0.7, "hypoglycémie", None, None, "HAS"),),
            ),
        ),
        loinc="41653-7",
        hint="en g/L : 1,12, et non 112",
    ),
    Kind(
        *("poids", "Poids", "Poids", "kg", "kg"),
        (Number("poids", (0.3, 2, 200, 400), 1, usual_change=15),),
        loinc="29463-7",
    ),
    Kind(
        *("taille", "Taille", "Taille", "cm", "cm"),
        (Number("taille", (20, 40, 210, 260), 1, usual_change=10),),
        loinc="8302-2",
        hint="en cm : 172, et non 1,72",
    ),
    Kind(
        *("imc", "Indice de masse corporelle", "IMC", "kg/m2", "kg/m²"),
        (
            Number(
                *("imc", (5, 15, 50, 120), 1),
                thresholds=(
                    ("ge", 30, "obésité", 18, None, "OMS"),
                    ("lt", 18.5, "dénutrition à rechercher", 18, 69, "HAS 2021"),
                    ("lt", 22, "dénutrition à rechercher", 70, None, "HAS 2021"),
                ),
            ),
        ),
        loinc="39156-5",
        formula="bmi",
    ),
    Kind(
        *("tour-de-taille", "Tour de taille", "Tour de taille", "cm", "cm"),
        (Number("tour-de-taille", (20, 45, 150, 250), 1, usual_change=20),),
        loinc="8280-0",
    ),
    Kind(
        *("mollets", "Périmètre des mollets", "Mollets", "cm", "cm"),
        (
            Number("mollet-droit", (10, 20, 60, 100), 1, "droit", usual_change=15),
            Number("mollet-gauche", (10, 20, 60, 100), 1, "gauche", usual_change=15),
        ),
    ),
    Kind(
        *("perimetre-cranien", "Périmètre crânien", "Périmètre crânien", "cm", "cm"),
        (Number("perimetre-cranien", (20, 30, 60, 75), 1),),
        loinc="9843-4",
    ),
)


def enter(get_model: Callable[[str, str], Any]) -> None:
    """Adds the kinds whose code is not there yet; what the house has changed is left alone."""
    kinds = get_model("coordination", "MeasureKind")
    known = set(kinds.objects.values_list("code", flat=True))
    for place, kind in enumerate(KINDS, 1):
        if kind.code in known:
            continue
        names = ("code", "name", "short_name", "unit", "unit_label", "loinc", "hint", "formula", "since")
        row = kinds.objects.create(position=place * 10, **{name: getattr(kind, name) for name in names})
        for position, number in enumerate(kind.numbers, 1):
            _enter_number(get_model, row, number, position)


def _enter_number(get_model: Callable[[str, str], Any], kind: Any, number: Number, position: int) -> None:
    """With its limits and thresholds, which hold since the kind is measured."""
    component = get_model("coordination", "MeasureComponent").objects.create(
        kind=kind,
        code=number.code,
        name=number.name,
        loinc=number.loinc,
        decimals=number.decimals,
        position=position,
    )
    least, usual_least, usual_most, most = (Decimal(str(value)) for value in number.limits)
    get_model("coordination", "MeasureLimits").objects.create(
        component=component,
        since=kind.since,
        least=least,
        usual_least=usual_least,
        usual_most=usual_most,
        most=most,
        usual_change=number.usual_change,
    )
    for side, value, meaning, from_age, until_age, origin in number.thresholds:
        get_model("coordination", "MeasureThreshold").objects.create(
            component=component,
            since=kind.since,
            side=side,
            value=Decimal(str(value)),
            meaning=meaning,
            from_age=from_age,
            until_age=until_age,
            origin=origin,
        )
