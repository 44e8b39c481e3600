"""The grid that a new house starts with; from then on it is rows, which the administrator keeps.

Points and thresholds: accord conventionnel interprofessionnel of 20 April 2017 with its amendment 1 (Journal officiel
of 3 August 2022). Where the texts leave a doubt, the line says so in `wants`, so that it is seen where it is set.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from partnerships.models import Axis, Formula, MeasureCode, Standing

NAME = "ACI, accord de 2017 et avenant 1"
SOURCE = "Accord conventionnel interprofessionnel du 20 avril 2017, avenant 1 (JO du 3 août 2022)"
VALID_FROM = date(2022, 1, 1)
POINT_EUROS = Decimal(7)
REFERENCE_LIST = 4000
STAY_LEVELS = ("n1", "saspas")


@dataclass(frozen=True)
class Usual:
    code: str
    name: str
    axis: Axis
    standing: Standing
    measure: MeasureCode
    formula: Formula
    wants: str
    proofs: tuple[str, ...] = ()
    levels: tuple[tuple[str, int], ...] = ()
    figures: dict[str, Any] = field(default_factory=dict)


INDICATORS = (
    Usual(
        "horaires",
        "Horaires d’ouverture",
        Axis.ACCESS,
        Standing.PREREQUISITE,
        MeasureCode.OPENING_HOURS,
        Formula.LEVELS,
        "Ouvert de 8 h à 20 h du lundi au vendredi et le samedi matin. À vérifier avec la caisse : ce qui est retiré "
        "quand il manque des heures. Le seuil se règle dans les paliers.",
        ("Planning type de la semaine",),
        (("100", 800),),
    ),
    Usual(
        "soins-non-programmes",
        "Soins non programmés",
        Axis.ACCESS,
        Standing.PREREQUISITE,
        MeasureCode.UNSCHEDULED,
        Formula.LEVELS,
        "Des créneaux de soins non programmés chaque jour ouvré.",
        ("Description de l’organisation des soins non programmés",),
        (("100", 0),),
    ),
    Usual(
        "consultations-avancees",
        "Consultations avancées de spécialistes",
        Axis.ACCESS,
        Standing.OPTIONAL,
        MeasureCode.ADVANCED,
        Formula.LEVELS,
        "Des professionnels extérieurs consultent dans la maison. Second palier à 2,5 jours par semaine. "
        "À vérifier avec la caisse : à partir de quel temps le premier palier est acquis.",
        ("Convention signée avec chaque partenaire",),
        (("0.5", 300), ("2.5", 300)),
    ),
    Usual(
        "stages",
        "Accueil d’étudiants et d’internes",
        Axis.ACCESS,
        Standing.OPTIONAL,
        MeasureCode.INTERNS,
        Formula.LEVELS,
        "Deux stages dans l’année, puis un troisième et un quatrième. Un stage compte l’année où il commence.",
        ("Attestation de la faculté",),
        (("2", 450), ("3", 225), ("4", 225)),
    ),
    Usual(
        "sas",
        "Médecins engagés dans le service d’accès aux soins",
        Axis.ACCESS,
        Standing.OPTIONAL,
        MeasureCode.DECLARED,
        Formula.LEVELS,
        "Part des médecins de la maison engagés dans le SAS, en pour cent : la moitié, puis tous.",
        ("Liste des médecins engagés",),
        (("50", 100), ("100", 100)),
    ),
    Usual(
        "coordination",
        "Fonction de coordination",
        Axis.TEAM,
        Standing.CORE,
        MeasureCode.COORDINATION,
        Formula.LIST,
        "Un coordinateur en poste toute l’année.",
        ("Contrat ou convention du coordinateur",),
        figures={"threshold": Decimal(100), "fixed_points": 1000, "variable_points": 1700},
    ),
    Usual(
        "protocoles",
        "Protocoles pluriprofessionnels",
        Axis.TEAM,
        Standing.CORE,
        MeasureCode.PROTOCOLS,
        Formula.UNIT,
        "Des protocoles de l’équipe, signés, en vigueur à la fin de l’année.",
        figures={"unit_points": 100, "most_units": 8},
    ),
    Usual(
        "concertation",
        "Concertation pluriprofessionnelle",
        Axis.TEAM,
        Standing.CORE,
        MeasureCode.CONCERTATION,
        Formula.RATE,
        "Des réunions sur les cas de patients, avec compte rendu au dossier. Le taux compte les patients discutés.",
        figures={"variable_points": 1000, "reference_rate": Decimal(5), "least_events": 6},
    ),
    Usual(
        "dossier-partage",
        "Usage du dossier partagé",
        Axis.SHARING,
        Standing.CORE,
        MeasureCode.RECORD_USE,
        Formula.LEVELS,
        "Les professionnels de la maison écrivent au dossier partagé. Points à saisir d’après le contrat signé.",
        ("Facture du logiciel labellisé",),
        (("100", 0),),
    ),
)
